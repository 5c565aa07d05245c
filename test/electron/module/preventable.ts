/** The event object that Electron hands to listeners which may forbid what is about to happen. */
export class Preventable {
  #prevented = false;

  constructor(members: object = {}) {
    Object.assign(this, members);
  }

  get defaultPrevented(): boolean {
    return this.#prevented;
  }

  readonly preventDefault = (): void => {
    this.#prevented = true;
  };
}

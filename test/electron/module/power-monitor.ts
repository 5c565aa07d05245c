import { EventEmitter } from 'node:events';
import type { PowerMonitor } from 'electron';
import { guarded } from '../refuse.ts';

class StandInPower extends EventEmitter implements Partial<Omit<PowerMonitor, keyof EventEmitter>> {
  onBatteryPower = false;

  isOnBatteryPower(): boolean {
    return this.onBatteryPower;
  }
  getSystemIdleTime(): number {
    return 0;
  }
  getSystemIdleState(_threshold: number): 'active' {
    return 'active';
  }
}

export const powerMonitor = guarded(new StandInPower(), 'powerMonitor');

process.parentPort.on('message', ({ data }) => {
  process.parentPort.postMessage(new Map([...data, [process.argv.at(-1), typeof process.send]]));
});

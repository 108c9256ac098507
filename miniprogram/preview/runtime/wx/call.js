// The calling convention of wx.*: callbacks when any is given, else a promise; errMsg is `name:ok` or `name:fail why`.

/** Thrown by an implementation to fail a call: `fields` are told beside errMsg, as errno or errCode. */
export class WxFailure extends Error {
  constructor(reason, fields = {}) {
    super(reason);
    this.fields = fields;
  }
}

/** Make wx[name] of `run(options)`, which returns the answer's fields or throws. */
export function asyncCall(name, run) {
  return (options = {}) => {
    const answer = perform(name, run, options);
    const { success, fail, complete } = options;
    if (!success && !fail && !complete) return answer;
    answer
      .then(
        (result) => (success?.(result), result),
        (failure) => (fail?.(failure), failure),
      )
      .then(complete);
    return undefined;
  };
}

async function perform(name, run, options) {
  try {
    return { errMsg: `${name}:ok`, ...(await run(options)) };
  } catch (error) {
    const reason = error?.message ?? error?.errMsg ?? String(error);
    throw { errMsg: `${name}:fail ${reason}`.trim(), ...error?.fields };
  }
}

/** asyncCall for each entry of `calls`. */
export function asyncCalls(calls) {
  return Object.fromEntries(Object.entries(calls).map(([name, run]) => [name, asyncCall(name, run)]));
}

/** onX and offX over one set of listeners. */
export function listenerPair(name, listeners) {
  return {
    [`on${name}`]: (listener) => listeners.add(listener),
    [`off${name}`]: (listener) => (listener ? listeners.delete(listener) : listeners.clear()),
  };
}

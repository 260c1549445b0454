// A foreign client stack (node-opcua) against a running server: one line of JSON per check.
//
//   node client.mjs target.json
//
// target.json says where the server is, who logs in, and which nodes the checks are about.
import { readFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import net from "node:net";
import * as opcua from "node-opcua-client";
import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import { NumericRange } from "node-opcua-numeric-range";

const {
  AggregateFunction, AttributeIds, BrowseDirection, ClientMonitoredItem, ClientSubscription,
  DataChangeFilter, DataChangeTrigger, DataType, DeadbandType, MessageSecurityMode,
  MonitoringMode, NodeClass, OPCUAClient, ReadProcessedDetails,
  HistoryReadRequest, SecurityPolicy, StatusCodes, TimestampsToReturn, UserTokenType, Variant,
  VariantArrayType, coerceNodeId, constructEventFilter, makeBrowsePath, resolveNodeId,
} = opcua;

const target = JSON.parse(readFileSync(process.argv[2], "utf8"));
const pki = mkdtempSync(join(tmpdir(), "interop-"));
const checks = [];
const check = (name, run) => checks.push({ name, run });

function expect(condition, text) {
  if (!condition) throw new Error(text);
}

async function until(condition, text, ms = 10000) {
  const end = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not in ${ms} ms: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function makeClient(options = {}) {
  const manager = new OPCUACertificateManager({
    rootFolder: pki, automaticallyAcceptUnknownCertificate: true,
  });
  await manager.initialize();
  const client = OPCUAClient.create({
    applicationName: "interop",
    applicationUri: target.application_uri,
    certificateFile: target.certificate,
    privateKeyFile: target.private_key,
    clientCertificateManager: manager,
    securityMode: MessageSecurityMode.SignAndEncrypt,
    securityPolicy: SecurityPolicy.Basic256Sha256,
    connectionStrategy: { initialDelay: 100, maxRetry: 1, maxDelay: 500 },
    requestedSessionTimeout: 60000,
    endpointMustExist: false,
    ...options,
  });
  client.on("backoff", () => {});
  return client;
}

const identity = (user, password) => ({ type: UserTokenType.UserName, userName: user, password });

async function session(run, options = {}, user = target.user) {
  const client = await makeClient(options);
  await client.connect(options.url ?? target.url);
  try {
    const one = await client.createSession(identity(user, target.password));
    try {
      return await run(one, client);
    } finally {
      await one.close();
    }
  } finally {
    await client.disconnect();
  }
}

async function refusal(run) {
  try {
    await run();
  } catch (error) {
    return String(error.message ?? error);
  }
  throw new Error("it was not refused");
}

async function subscription(one, interval = 100, options = {}) {
  return one.createSubscription2({
    requestedPublishingInterval: interval, requestedLifetimeCount: 100,
    requestedMaxKeepAliveCount: 10, maxNotificationsPerPublish: 0, publishingEnabled: true,
    priority: 1, ...options,
  });
}

// -- security ------------------------------------------------------------------------------------

check("endpoints: what is offered, and no SecurityPolicy None in production", async () => {
  const client = await makeClient({
    securityMode: MessageSecurityMode.None, securityPolicy: SecurityPolicy.None,
  });
  await client.connect(target.url);
  const endpoints = await client.getEndpoints();
  await client.disconnect();
  const policies = new Set(endpoints.map((one) => one.securityPolicyUri.split("#")[1]));
  for (const wanted of ["Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss"]) {
    expect(policies.has(wanted), `no endpoint with ${wanted}`);
  }
  expect(!policies.has("None"), "an endpoint with SecurityPolicy None");
});

for (const [name, policy] of [
  ["Basic256Sha256", SecurityPolicy.Basic256Sha256],
  ["Aes128_Sha256_RsaOaep", SecurityPolicy.Aes128_Sha256_RsaOaep],
  ["Aes256_Sha256_RsaPss", SecurityPolicy.Aes256_Sha256_RsaPss],
]) {
  for (const [word, mode] of [
    ["Sign", MessageSecurityMode.Sign],
    ["SignAndEncrypt", MessageSecurityMode.SignAndEncrypt],
  ]) {
    check(`session: ${name}, ${word}, user name and password`, () =>
      session(
        async (one) => {
          const state = await one.read({
            nodeId: resolveNodeId("Server_ServerStatus_State"), attributeId: AttributeIds.Value,
          });
          expect(state.value.value === 0, `state ${state.value.value}`);
        },
        { securityMode: mode, securityPolicy: policy },
      ));
  }
}

check("session: a wrong password is BadUserAccessDenied", async () => {
  const client = await makeClient();
  await client.connect(target.url);
  const said = await refusal(() => client.createSession(identity(target.user, "not this one")));
  await client.disconnect();
  expect(/BadUserAccessDenied|BadIdentityToken/.test(said), said);
});

check("session: anonymous is refused", async () => {
  const client = await makeClient();
  await client.connect(target.url);
  const said = await refusal(() => client.createSession({ type: UserTokenType.Anonymous }));
  await client.disconnect();
  expect(/BadIdentityToken|BadUserAccessDenied|token/i.test(said), said);
});

if (target.user_certificate) {
  check("session: X.509 user certificate", async () => {
    const client = await makeClient();
    await client.connect(target.url);
    const one = await client.createSession({
      type: UserTokenType.Certificate,
      certificateData: readFileSync(target.user_certificate),
      privateKey: readFileSync(target.user_private_key, "utf8"),
    });
    const state = await one.read({
      nodeId: resolveNodeId("Server_ServerStatus_State"), attributeId: AttributeIds.Value,
    });
    await one.close();
    await client.disconnect();
    expect(state.statusCode.isGood(), state.statusCode.toString());
  });
}

// -- address space -------------------------------------------------------------------------------

async function crawl(one) {
  const seen = new Map();
  let waiting = [resolveNodeId("RootFolder")];
  while (waiting.length) {
    const batch = waiting.splice(0, 100);
    const results = await one.browse(
      batch.map((nodeId) => ({
        nodeId, browseDirection: BrowseDirection.Forward, referenceTypeId: "HierarchicalReferences",
        includeSubtypes: true, nodeClassMask: 0, resultMask: 63,
      })),
    );
    for (let at = 0; at < results.length; at += 1) {
      let result = results[at];
      const references = [...(result.references ?? [])];
      while (result.continuationPoint?.length) {
        result = await one.browseNext(result.continuationPoint, false);
        references.push(...(result.references ?? []));
      }
      for (const reference of references) {
        const key = reference.nodeId.toString();
        if (!seen.has(key)) {
          seen.set(key, reference);
          waiting.push(reference.nodeId);
        }
      }
    }
  }
  return seen;
}

check("browse: the whole tree, no reference leads nowhere", () =>
  session(async (one) => {
    const seen = await crawl(one);
    const ids = [...seen.values()].map((reference) => reference.nodeId);
    let bad = 0;
    for (let at = 0; at < ids.length; at += 500) {
      const values = await one.read(
        ids.slice(at, at + 500).map((nodeId) => ({ nodeId, attributeId: AttributeIds.NodeClass })),
      );
      bad += values.filter((value) => !value.statusCode.isGood()).length;
    }
    expect(bad === 0, `${bad} nodes do not exist`);
    expect(ids.length > 6000, `only ${ids.length} nodes`);
    return `${ids.length} nodes`;
  }));

check("browse: page by page with BrowseNext gives the same", () =>
  session(async (one) => {
    const whole = await one.browse(target.folder);
    one.requestedMaxReferencesPerNode = 2;
    let result = await one.browse(target.folder);
    const names = (result.references ?? []).map((reference) => reference.browseName.toString());
    let pages = 1;
    while (result.continuationPoint?.length) {
      expect(result.references.length <= 2, `${result.references.length} in a page of 2`);
      result = await one.browseNext(result.continuationPoint, false);
      names.push(...result.references.map((reference) => reference.browseName.toString()));
      pages += 1;
    }
    one.requestedMaxReferencesPerNode = 0;
    const wanted = whole.references.map((reference) => reference.browseName.toString());
    expect(pages > 1 && names.join() === wanted.join(), `${pages} pages: ${names.join()}`);
    return `${pages} pages`;
  }));

check("translate: a browse path leads to its node", () =>
  session(async (one) => {
    const path = makeBrowsePath("RootFolder", target.browse_path);
    const result = await one.translateBrowsePath(path);
    expect(result.statusCode.isGood(), result.statusCode.toString());
    const found = result.targets[0].targetId.toString();
    expect(found.includes(target.browse_path_ends), found);
  }));

check("read: access attributes of Part 3 (RolePermissions, UserExecutable, AccessLevelEx)", () =>
  session(async (one) => {
    const [mine, forbidden, roles, level] = await one.read([
      { nodeId: target.allowed_method, attributeId: AttributeIds.UserExecutable },
      { nodeId: target.forbidden_method, attributeId: AttributeIds.UserExecutable },
      { nodeId: target.allowed_method, attributeId: AttributeIds.UserRolePermissions },
      { nodeId: target.tag, attributeId: AttributeIds.AccessLevelEx },
    ]);
    expect(mine.value.value === true, "a method of the terminal is not executable");
    expect(forbidden.value.value === false, "a method of others is executable");
    expect(roles.statusCode.isGood(), `UserRolePermissions ${roles.statusCode}`);
    expect(level.statusCode.isGood(), `AccessLevelEx ${level.statusCode}`);
  }));

check("read: structures of Job Control V2 are decoded", () =>
  session(async (one) => {
    const value = await one.read({ nodeId: target.job_order_list, attributeId: AttributeIds.Value });
    expect(value.statusCode.isGood(), value.statusCode.toString());
    const [first] = value.value.value;
    expect(first.jobOrder.jobOrderID === target.job_order, JSON.stringify(first));
    expect(first.state[0].stateText.text.length > 0, "no state");
  }, {}, target.planner));

check("read: an index range is that part of the array", () =>
  session(async (one) => {
    const nodeId = resolveNodeId("Server_NamespaceArray");
    const whole = await one.read({ nodeId, attributeId: AttributeIds.Value });
    const part = await one.read({
      nodeId, attributeId: AttributeIds.Value, indexRange: new NumericRange("1:2"),
    });
    expect(part.value.value.join() === whole.value.value.slice(1, 3).join(), part.toString());
  }));

check("write: refused where nothing may be written", () =>
  session(async (one) => {
    const code = await one.write({
      nodeId: target.tag, attributeId: AttributeIds.Value,
      value: { value: new Variant({ dataType: DataType.Double, value: 1 }) },
    });
    expect(/BadNotWritable|BadUserAccessDenied/.test(code.toString()), code.toString());
  }));

// -- methods -------------------------------------------------------------------------------------

const text = (value) => new Variant({ dataType: DataType.String, value });

check("call: an accepted method is Good, a refused one Uncertain with its reasons", () =>
  session(async (one) => {
    const result = await one.call({
      objectId: target.station, methodId: target.refused_method,
      inputArguments: target.refused_arguments.map(text),
    });
    expect(result.statusCode.name.startsWith("Uncertain"), result.statusCode.toString());
    const codes = result.outputArguments[2].value;
    expect(codes.includes(target.refused_code), `codes ${codes}`);
    return codes.join();
  }));

check("call: a method of others is BadUserAccessDenied", () =>
  session(async (one) => {
    const result = await one.call({
      objectId: target.forbidden_object, methodId: target.forbidden_method,
      inputArguments: target.forbidden_arguments.map(text),
    });
    expect(result.statusCode.name === "BadUserAccessDenied", result.statusCode.toString());
  }));

check("call: too few, too many and wrong arguments", () =>
  session(async (one) => {
    const call = async (inputArguments) =>
      (await one.call({
        objectId: target.station, methodId: target.refused_method, inputArguments,
      })).statusCode.name;
    const full = target.refused_arguments.map(text);
    const said = [
      await call(full.slice(1)),
      await call([...full, text("x")]),
      await call([new Variant({ dataType: DataType.Double, value: 1 }), ...full.slice(1)]),
    ].join();
    expect(said === "BadArgumentsMissing,BadTooManyArguments,BadInvalidArgument", said);
  }));

check("job control: Store over structures, then the list shows it", () =>
  session(async (one) => {
    const made = (number, fields) =>
      one.constructExtensionObject(coerceNodeId(`ns=5;i=${number}`), fields);
    const given = target.store_job_order;
    const jobOrder = await made(3008, {
      jobOrderID: given.jobOrderID,
      workMasterID: [await made(3007, given.workMasterID[0])],
      materialRequirements: [await made(3010, given.materialRequirements[0])],
    });
    const comment = new Variant({
      dataType: DataType.LocalizedText, arrayType: VariantArrayType.Array,
      value: [{ text: "from a foreign client", locale: "en" }],
    });
    const result = await one.call({
      objectId: target.receiver, methodId: target.store,
      inputArguments: [
        new Variant({ dataType: DataType.ExtensionObject, value: jobOrder }), comment,
      ],
    });
    const status = result.outputArguments?.[0]?.value;
    expect(result.statusCode.isGood(), `${result.statusCode} ${status} ${jobOrder.workMasterID}`);
    expect(status[1] === 1 || status === 1, `ReturnStatus ${status}`);
    const again = await one.call({
      objectId: target.receiver, methodId: target.store,
      inputArguments: [
        new Variant({ dataType: DataType.ExtensionObject, value: jobOrder }), comment,
      ],
    });
    expect(again.statusCode.name.startsWith("Uncertain"), again.statusCode.toString());
  }, {}, target.planner));

// -- subscriptions -------------------------------------------------------------------------------

async function monitor(sub, nodeId, parameters, seen) {
  const item = await sub.monitor(
    { nodeId, attributeId: AttributeIds.Value },
    { samplingInterval: 0, queueSize: 1000, discardOldest: true, ...parameters },
    TimestampsToReturn.Both,
  );
  item.on("changed", (value) => seen.push(value));
  return item;
}

check("subscribe: values arrive, Modify and SetPublishingMode do what they say", () =>
  session(async (one) => {
    const sub = await subscription(one);
    const seen = [];
    await monitor(sub, resolveNodeId("Server_ServerStatus_CurrentTime"), {}, seen);
    await until(() => seen.length >= 3, "three times of day");
    const revised = await sub.modify({ requestedPublishingInterval: 500 });
    expect(revised.revisedPublishingInterval === 500, JSON.stringify(revised));
    await sub.setPublishingMode(false);
    const before = seen.length;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(seen.length - before <= 1, `${seen.length - before} while publishing is off`);
    await sub.setPublishingMode(true);
    await until(() => seen.length > before + 1, "publishing goes on");
    await sub.terminate();
  }));

check("subscribe: a deadband in percent needs a range, an absolute one does not", () =>
  session(async (one) => {
    const sub = await subscription(one);
    const filter = (deadbandType, deadbandValue) => ({
      filter: new DataChangeFilter({
        trigger: DataChangeTrigger.StatusValue, deadbandType, deadbandValue,
      }),
    });
    const absolute = await monitor(sub, target.tag, filter(DeadbandType.Absolute, 0.5), []);
    expect(absolute.statusCode.isGood(), absolute.statusCode.toString());
    const percent = await monitor(sub, target.text_node, filter(DeadbandType.Percent, 10), []);
    expect(/^Bad.*Filter|^BadDeadband/.test(percent.statusCode.name), percent.statusCode.name);
    await sub.terminate();
  }));

check("subscribe: two sessions cannot touch each other's subscriptions", () =>
  session(async (one) => {
    const sub = await subscription(one);
    const results = await session((other) =>
      other.deleteSubscriptions({ subscriptionIds: [sub.subscriptionId] }), {}, target.planner);
    const name = results.results[0].name;
    expect(name === "BadSubscriptionIdInvalid", name);
    await sub.terminate();
  }));

check("reconnect: nothing is lost through a connection that is cut", async () => {
  const where = new URL(target.url.replace("opc.tcp", "http"));
  const sockets = new Set();
  const proxy = net.createServer((inside) => {
    const outside = net.connect(Number(where.port), where.hostname);
    for (const socket of [inside, outside]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => sockets.delete(socket));
    }
    inside.pipe(outside).pipe(inside);
    inside.on("close", () => outside.destroy());
    outside.on("close", () => inside.destroy());
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const url = `opc.tcp://127.0.0.1:${proxy.address().port}`;
  try {
    return await session(
      async (one) => {
        const sub = await subscription(one);
        const seen = [];
        await monitor(sub, resolveNodeId("Server_ServerStatus_CurrentTime"), {}, seen);
        await until(() => seen.length >= 2, "two times of day");
        for (const socket of sockets) socket.destroy();
        const before = seen.length;
        await until(() => seen.length >= before + 5, "values after the cut", 30000);
        const times = seen.map((value) => value.value.value.getTime());
        const steps = times.slice(1).map((time, at) => time - times[at]);
        expect(steps.every((step) => step > 0), "a value came twice");
        expect(Math.max(...steps) < 2100, `a gap of ${Math.max(...steps)} ms`);
        await sub.terminate();
        return `${seen.length} values, longest step ${Math.max(...steps)} ms`;
      },
      { url, connectionStrategy: { initialDelay: 100, maxRetry: -1, maxDelay: 500 } },
    );
  } finally {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  }
});

// -- events, alarms ------------------------------------------------------------------------------

async function events(sub, nodeId, fields, seen) {
  const item = await sub.monitor(
    { nodeId, attributeId: AttributeIds.EventNotifier },
    { samplingInterval: 0, queueSize: 1000, discardOldest: true, filter: constructEventFilter(fields) },
    TimestampsToReturn.Both,
  );
  item.on("changed", (values) => seen.push(values.map((value) => value.value)));
  return item;
}

check("events: a refusal at a station is seen at the Server object, with its fields", () =>
  session(async (one) => {
    const sub = await subscription(one);
    const seen = [];
    await events(
      sub, resolveNodeId("Server"),
      ["EventType", "SourceName", "Message", "Severity", "3:Codes", "3:Station"], seen,
    );
    await session((terminal) =>
      terminal.call({
        objectId: target.station, methodId: target.refused_method,
        inputArguments: target.refused_arguments.map(text),
      }));
    await until(
      () => seen.some((event) => (event[4] ?? []).includes?.(target.refused_code)),
      "the refusal",
    );
    await sub.terminate();
    return `${seen.length} events`;
  }, {}, target.scada));

check("alarms: ConditionRefresh brings the conditions between its two marks", () =>
  session(async (one) => {
    const sub = await subscription(one);
    const seen = [];
    await events(sub, resolveNodeId("Server"), ["EventType", "SourceName", "Retain"], seen);
    const result = await one.call({
      objectId: resolveNodeId("ConditionType"), methodId: resolveNodeId("ConditionType_ConditionRefresh"),
      inputArguments: [new Variant({ dataType: DataType.UInt32, value: sub.subscriptionId })],
    });
    expect(result.statusCode.isGood(), result.statusCode.toString());
    const start = resolveNodeId("RefreshStartEventType").toString();
    const end = resolveNodeId("RefreshEndEventType").toString();
    const types = () => seen.map((event) => String(event[0]));
    await until(() => types().includes(start) && types().includes(end), "both marks");
    const between = types().slice(types().indexOf(start) + 1, types().indexOf(end));
    await sub.terminate();
    return `${between.length} conditions`;
  }, {}, target.supervisor));

// -- history -------------------------------------------------------------------------------------

check("history: raw values page by page", () =>
  session(async (one) => {
    const result = await one.readHistoryValue(
      { nodeId: target.tag }, new Date(target.history_start), new Date(target.history_end),
      { numValuesPerNode: 1000, returnBounds: false, isReadModified: false, timestampsToReturn: 2 },
    );
    let values = [...result.historyData.dataValues];
    let point = result.continuationPoint;
    for (let pages = 0; point?.length && pages < 100; pages += 1) {
      const next = await one.readHistoryValue(
        { nodeId: target.tag, continuationPoint: point }, new Date(target.history_start),
        new Date(target.history_end),
        { numValuesPerNode: 1000, returnBounds: false, isReadModified: false, timestampsToReturn: 2 },
      );
      values = values.concat(next.historyData.dataValues);
      point = next.continuationPoint;
    }
    expect(values.length === target.history_count, `${values.length} values`);
    return `${values.length} values`;
  }));

check("history: aggregates of Part 13", () =>
  session(async (one) => {
    const said = [];
    for (const name of target.aggregates) {
      const result = await one.readAggregateValue(
        { nodeId: target.tag }, new Date(target.history_start), new Date(target.history_end),
        AggregateFunction[name], 60000,
      );
      expect(result.statusCode.isGood(), `${name} ${result.statusCode}`);
      said.push(`${name} ${result.historyData.dataValues.length}`);
    }
    return said.join();
  }));

// -- what the server says of itself ---------------------------------------------------------------

check("diagnostics: capabilities, limits and counters are there", () =>
  session(async (one) => {
    const names = [
      "Server_ServiceLevel", "Server_ServerCapabilities_ServerProfileArray",
      "Server_ServerCapabilities_MaxBrowseContinuationPoints",
      "Server_ServerCapabilities_OperationLimits_MaxNodesPerRead",
      "Server_ServerRedundancy_RedundancySupport",
      "Server_ServerDiagnostics_ServerDiagnosticsSummary_CurrentSessionCount",
    ];
    const values = await one.read(
      names.map((name) => ({ nodeId: resolveNodeId(name), attributeId: AttributeIds.Value })),
    );
    const missing = names.filter((_, at) => values[at].value?.value == null);
    expect(missing.length === 0, `null: ${missing}`);
  }, {}, target.administrator));

check("diagnostics: the records of sessions and subscriptions are decoded", () =>
  session(async (one) => {
    const prefix = "Server_ServerDiagnostics_";
    const names = [
      `${prefix}SessionsDiagnosticsSummary_SessionDiagnosticsArray`,
      `${prefix}SessionsDiagnosticsSummary_SessionSecurityDiagnosticsArray`,
      `${prefix}SubscriptionDiagnosticsArray`, `${prefix}ServerDiagnosticsSummary`,
    ];
    const subscription = ClientSubscription.create(one, {
      requestedPublishingInterval: 100, requestedLifetimeCount: 1000,
      requestedMaxKeepAliveCount: 10, publishingEnabled: true, priority: 9,
    });
    await until(() => subscription.isActive, "a subscription");
    const [sessions, security, subscriptions, summary] = (await one.read(
      names.map((name) => ({ nodeId: resolveNodeId(name), attributeId: AttributeIds.Value })),
    )).map((each) => each.value.value);
    const own = sessions.find((each) => each.sessionId.toString() === one.sessionId.toString());
    expect(own?.clientDescription.applicationUri === target.application_uri, "not this client");
    expect(own.totalRequestCount.totalCount > 0, "no request was counted");
    const [secured] = security.filter((each) => `${each.sessionId}` === `${one.sessionId}`);
    expect(secured?.encoding === "UA Binary", `encoding: ${secured?.encoding}`);
    expect(secured.clientUserIdOfSession === target.administrator, "another user");
    expect(secured.securityPolicyUri.endsWith("#Basic256Sha256"), "another policy");
    expect(subscriptions.some((each) => each.priority === 9), "no subscription");
    expect(summary.currentSessionCount === sessions.length, "other numbers of sessions");
    await subscription.terminate();
  }, {}, target.administrator));

let failed = 0;
for (const { name, run } of checks) {
  const started = Date.now();
  let line;
  try {
    const detail = await Promise.race([
      run(),
      new Promise((_, reject) => setTimeout(() => reject(new Error("no answer in 60 s")), 60000)),
    ]);
    line = { check: name, ok: true, detail: detail ?? "" };
  } catch (error) {
    failed += 1;
    line = { check: name, ok: false, detail: String(error.message ?? error).slice(0, 300) };
  }
  process.stdout.write(`${JSON.stringify({ ...line, ms: Date.now() - started })}\n`);
}
process.exit(failed ? 1 : 0);

-- Argo CD's health of a DistomonNetwork, from its status.
--   Progressing  the operator is at work, or has not looked yet
--   Healthy      what was asked for runs; an outage that the nodes report is in the message, and who can't be told of any
--   Degraded     somebody has to do something: the condition Stalled
--   Suspended    spec.paused

-- Whether an outage that the nodes report makes the resource Degraded. It would hold up sync waves, and with them the
-- commit that may end the outage.
local outage_is_degraded = false

local function health(status, message)
  return {status = status, message = message}
end

local function sentence(condition)
  return condition.reason .. ": " .. condition.message
end

local status = obj.status
if status == nil or status.conditions == nil then
  return health("Progressing", "the operator has not looked at it yet")
end
if status.observedGeneration ~= obj.metadata.generation then
  return health("Progressing", "the operator has not looked at its last change yet")
end
local conditions = {}
for _, condition in ipairs(status.conditions) do
  conditions[condition.type] = condition
end
local stalled, ready, mesh, alerts = conditions.Stalled, conditions.Ready, conditions.MeshHealthy, conditions.AlertsReady
if stalled ~= nil and stalled.status == "True" then
  return health("Degraded", sentence(stalled))
end
if obj.spec ~= nil and obj.spec.paused then
  return health("Suspended", "paused: what runs stays as it is")
end
if ready == nil then
  return health("Progressing", "the operator has not said yet whether it is ready")
end
if ready.status ~= "True" then
  return health("Progressing", sentence(ready))
end
if mesh ~= nil and mesh.status == "False" then
  return health(outage_is_degraded and "Degraded" or "Healthy", "the nodes report: " .. mesh.message)
end
if alerts ~= nil and alerts.status == "False" then
  return health("Healthy", "alerts: " .. alerts.message)
end
return health("Healthy", ready.message)

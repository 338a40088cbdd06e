{{- /* What the operator may do where it looks after networks. ChartTest holds the same list. */ -}}
{{- define "distomon.rules" -}}
# What users wrote is read only; what the operator has to say goes into the status.
- apiGroups: [distomon.io]
  resources: [distomonnetworks]
  verbs: [get, list, watch]
- apiGroups: [distomon.io]
  resources: [distomonnetworks/status]
  verbs: [get, patch, update]
# The children.
- apiGroups: [""]
  resources: [secrets, services]
  verbs: [get, list, watch, create, update, patch, delete]
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch, create, update, patch, delete]
# An annotation on a node's pod makes the kubelet bring a changed config into it at once.
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch, patch]
- apiGroups: [""]
  resources: [events]
  verbs: [create, patch]
{{- end -}}

{{- /* Who the rules are for. */ -}}
{{- define "distomon.subjects" -}}
- kind: ServiceAccount
  name: {{ include "distomon.name" . }}
  namespace: {{ .Release.Namespace }}
{{- end -}}

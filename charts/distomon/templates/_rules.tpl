{{- /* What the operator may do where it looks after networks. ChartTest holds the same list. */ -}}
{{- define "distomon.rules" -}}
# What users wrote is read only; what the operator has to say goes into the status.
- apiGroups: [distomon.io]
  resources: [distomonnetworks]
  verbs: [get, list, watch]
- apiGroups: [distomon.io]
  resources: [distomonnetworks/status]
  verbs: [patch]
# Secrets and the ConfigMap with a network's files are replaced whole, the other children are applied by the server; a
# Deployment with foreign containers, and a PodDisruptionBudget that says something else, are replaced whole too. Of the
# Secrets those that bear the operator's label are listed and watched; those of others that a network refers to are read, each
# by its name. RBAC knows neither labels nor names that are not known beforehand.
- apiGroups: [""]
  resources: [secrets, configmaps]
  verbs: [get, list, watch, create, update, delete]
- apiGroups: [""]
  resources: [services]
  verbs: [get, list, watch, create, patch, delete]
{{- if .Values.expose.ingresses }}
# The way in to nodes that are reached from outside by an Ingress.
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [get, list, watch, create, patch, delete]
{{- end }}
{{- if .Values.expose.httpRoutes }}
# The same by a Gateway, where the cluster has the Gateway API.
- apiGroups: [gateway.networking.k8s.io]
  resources: [httproutes]
  verbs: [get, list, watch, create, patch, delete]
{{- end }}
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch, create, update, patch, delete]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, update, patch, delete]
# An annotation on a node's pod, also where the pod is somebody's own with a sidecar, makes the kubelet bring a changed
# config into it at once.
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch, patch]
# That the CRD in the cluster is older than the operator.
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- end -}}

{{- /* Who the rules are for. */ -}}
{{- define "distomon.subjects" -}}
- kind: ServiceAccount
  name: {{ include "distomon.name" . }}
  namespace: {{ .Release.Namespace }}
{{- end -}}

{{- /* Names and labels, once. Objects in a namespace have fixed names: one release per namespace. */ -}}

{{- define "distomon.name" -}}
distomon-operator
{{- end -}}

{{- /* Of what has no namespace, so that operators with watchNamespaces of their own can live side by side. */ -}}
{{- define "distomon.clusterName" -}}
distomon-operator:{{ .Release.Namespace }}
{{- end -}}

{{- /* What the Deployment finds its pods by; it can't be changed. */ -}}
{{- define "distomon.selector" -}}
app.kubernetes.io/name: distomon-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "distomon.labels" -}}
{{ include "distomon.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "gibbon.labels" -}}
app.kubernetes.io/name: gibbon
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: gibbon
{{- end }}

{{- define "gibbon.selector" -}}
app.kubernetes.io/name: gibbon
app.kubernetes.io/component: operator
{{- end }}

{{- define "gibbon.tag" -}}
{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Whether an issuer of cert-manager's own kinds is named, so that the operator can look at it. */}}
{{- define "gibbon.ownIssuer" -}}
{{- if and .Values.certManager.issuerRef.name (eq .Values.certManager.issuerRef.group "cert-manager.io") }}yes{{ end }}
{{- end }}

{{/* Namespaces whose pods are never injected: their pods come before the mesh, or are the mesh. */}}
{{- define "gibbon.neverInjected" -}}
[kube-system, kube-public, kube-node-lease, {{ .Release.Namespace }}]
{{- end }}

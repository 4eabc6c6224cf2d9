{{- define "gibbon.labels" -}}
app.kubernetes.io/name: gibbon
app.kubernetes.io/instance: {{ .Release.Name | quote }}
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
[kube-system, kube-public, kube-node-lease, {{ .Release.Namespace | quote }}]
{{- end }}

{{/* A duration of the schema's form, in seconds. */}}
{{- define "gibbon.seconds" -}}
{{- mul (regexFind "^[0-9]+" . | int64) (get (dict "s" 1 "m" 60 "h" 3600) (regexFind "[smh]$" .)) -}}
{{- end }}

{{/* Bytes as they were written: a large number of a file would come as 1e+08. */}}
{{- define "gibbon.bytes" -}}
{{- if kindIs "float64" . }}{{ printf "%.0f" . }}{{ else }}{{ . }}{{ end -}}
{{- end }}

{{/* An amount of the schema's form, in bytes or thousandths of a core. A number stands for itself. */}}
{{- define "gibbon.amount" -}}
{{- $text := toString .amount -}}
{{- if kindIs "float64" .amount }}{{ $text = printf "%.3f" .amount }}{{ end -}}
{{- $units := dict "" .one "m" 1 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 -}}
{{- printf "%.3f" (mulf (regexFind "^[0-9.]+" $text | float64) (get $units (regexFind "[A-Za-z]*$" $text))) -}}
{{- end }}

{{/* What a schema cannot say: how values relate. With what is refused here the operator would not start. */}}
{{- define "gibbon.requireRelations" -}}
{{- $lifetime := include "gibbon.seconds" .Values.mesh.certificateLifetime | int64 -}}
{{- if or (lt $lifetime 60) (gt $lifetime 86400) -}}
{{- fail (printf "mesh.certificateLifetime: %s (expected: 1m to 24h)" .Values.mesh.certificateLifetime) -}}
{{- end -}}
{{- if .Values.certManager.issuerRef.name -}}
{{- $duration := include "gibbon.seconds" .Values.certManager.duration | int64 -}}
{{- $renewBefore := include "gibbon.seconds" .Values.certManager.renewBefore | int64 -}}
{{- if or (lt $duration 3600) (gt $duration 315360000) -}}
{{- fail (printf "certManager.duration: %s (expected: 1h to 87600h)" .Values.certManager.duration) -}}
{{- end -}}
{{- if or (lt $renewBefore $lifetime) (ge $renewBefore $duration) -}}
{{- fail (printf "certManager.renewBefore: %s (expected: at least mesh.certificateLifetime, %s, and less than certManager.duration, %s)" .Values.certManager.renewBefore .Values.mesh.certificateLifetime .Values.certManager.duration) -}}
{{- end -}}
{{- end -}}
{{- with .Values.sidecar.resources -}}
{{- $least := include "gibbon.amount" (dict "amount" .requests.memory "one" 1) | float64 -}}
{{- $most := include "gibbon.amount" (dict "amount" .limits.memory "one" 1) | float64 -}}
{{- if le $least 0.0 -}}
{{- fail (printf "sidecar.resources.requests.memory: %v (expected: more than 0)" .requests.memory) -}}
{{- end -}}
{{- if le (include "gibbon.amount" (dict "amount" .requests.cpu "one" 1000) | float64) 0.0 -}}
{{- fail (printf "sidecar.resources.requests.cpu: %v (expected: at least 1m)" .requests.cpu) -}}
{{- end -}}
{{- if or (lt $most $least) (lt $most 67108864.0) -}}
{{- fail (printf "sidecar.resources.limits.memory: %v (expected: at least 64Mi, and not less than the request, %v)" .limits.memory .requests.memory) -}}
{{- end -}}
{{- if .limits.cpu -}}
{{- if lt (include "gibbon.amount" (dict "amount" .limits.cpu "one" 1000) | float64) (include "gibbon.amount" (dict "amount" .requests.cpu "one" 1000) | float64) -}}
{{- fail (printf "sidecar.resources.limits.cpu: %v (expected: not less than the request, %v)" .limits.cpu .requests.cpu) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

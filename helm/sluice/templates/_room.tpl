{{/*
The mould of a room: every room is made of the same objects. Takes root and name; fills in `values` (the room's own over the
defaults; inside a map key by key, one level deep) and `row` (what the code says: files/rooms.json).
*/}}
{{- define "sluice.room" -}}
{{- include "sluice.fill" . -}}
{{- if .values.enabled -}}
{{- include "sluice.serviceAccount" . }}
---
{{ include "sluice.deployment" . }}
---
{{ include "sluice.disruption" . }}
---
{{ include "sluice.networkPolicy" . }}
{{- if include "sluice.isScaled" . }}
---
{{ include (printf "sluice.scaling.%s" .root.Values.scaling.by) . }}
{{- end }}
{{- end -}}
{{- end -}}

{{/* Completes a room's dictionary in place. */}}
{{- define "sluice.fill" -}}
{{- $values := deepCopy .root.Values.defaults -}}
{{- range $key, $value := index .root.Values (include "sluice.valuesKey" .name) -}}
{{- $default := index $values $key -}}
{{- if and (kindIs "map" $default) (kindIs "map" $value) -}}
{{- range $inner, $own := $value }}{{ $_ := set $default $inner $own }}{{ end -}}
{{- else -}}
{{- $_ := set $values $key $value -}}
{{- end -}}
{{- end -}}
{{- $_ := set . "values" $values -}}
{{- $table := .root.Files.Get "files/rooms.json" | fromJson -}}
{{- $_ := set . "row" (index $table.rooms .name) -}}
{{- $_ := set . "retentionDays" $table.retentionDays -}}
{{- end -}}

{{- define "sluice.serviceAccount" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "sluice.metadata" . | nindent 2 }}
  {{- $annotations := deepCopy .values.serviceAccount.annotations }}
  {{- if and (eq .root.Values.aws.identity "irsa") }}
  {{- $_ := set $annotations "eks.amazonaws.com/role-arn" (required (printf "%s.serviceAccount.roleArn: needed with aws.identity irsa" (include "sluice.valuesKey" .name)) .values.serviceAccount.roleArn) }}
  {{- end }}
  {{- with $annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end -}}

{{- define "sluice.disruption" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{- include "sluice.metadata" . | nindent 2 }}
spec:
  maxUnavailable: {{ .values.maxUnavailable }}
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels: {{- include "sluice.selector" . | nindent 6 }}
{{- end -}}

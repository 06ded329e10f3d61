{{/* Names of everything; they carry the release, so that two releases stand side by side. */}}
{{- define "sluice.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Labels that select the pods of this release. Takes the root. */}}
{{- define "sluice.releaseSelector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* Labels of what belongs to no single room. Takes the root. */}}
{{- define "sluice.releaseLabels" -}}
{{ include "sluice.releaseSelector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* From here on a template takes a room: root, name, values (its own over the defaults), row (what the code says of it). */}}
{{- define "sluice.roomName" -}}
{{- printf "%s-%s" (include "sluice.fullname" .root) .name -}}
{{- end -}}

{{/* The room's key in the values: admin-door is adminDoor. Takes the name. */}}
{{- define "sluice.valuesKey" -}}
{{- . | replace "-" "_" | camelcase | untitle -}}
{{- end -}}

{{- define "sluice.selector" -}}
{{ include "sluice.releaseSelector" .root }}
app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{- define "sluice.labels" -}}
{{ include "sluice.releaseLabels" .root }}
app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{- define "sluice.metadata" -}}
name: {{ include "sluice.roomName" . }}
namespace: {{ .root.Release.Namespace }}
labels: {{- include "sluice.labels" . | nindent 2 }}
{{- end -}}

{{/* Of a room that is a part of an app: that app's. */}}
{{- define "sluice.image" -}}
{{- $image := .root.Values.image -}}
{{- $own := .values.image -}}
{{- $app := default .name (.row.part | default dict).app -}}
{{- $name := join "/" (compact (list $image.registry $image.repository (default $app $own.name))) -}}
{{- if $own.digest -}}
{{- printf "%s@%s" $name $own.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (default .root.Chart.AppVersion (default $image.tag $own.tag)) -}}
{{- end -}}
{{- end -}}

{{- define "sluice.serviceAccountName" -}}
{{- default (include "sluice.roomName" .) .values.serviceAccount.name -}}
{{- end -}}

{{/* The Secret that holds what only this room may know: database URL, credentials. */}}
{{- define "sluice.secretName" -}}
{{- default (include "sluice.roomName" .) .values.existingSecret -}}
{{- end -}}

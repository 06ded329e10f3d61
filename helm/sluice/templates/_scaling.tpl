{{/* How many of a room: KEDA by what waits for it, or a plain HPA by processor time. Each takes a room. */}}
{{/* Whether one of them says so; without them it is `scaling.min`, or `replicas` of a room that nothing waits for. */}}
{{- define "sluice.isScaled" -}}
{{- if and (ne .root.Values.scaling.by "none") (hasKey .values "scaling") }}yes{{ end -}}
{{- end -}}

{{- define "sluice.scaleBehavior" -}}
{{- $down := .root.Values.scaling.down -}}
scaleUp:
  stabilizationWindowSeconds: 0
  policies:
    - { type: Percent, value: 100, periodSeconds: 30 }
    - { type: Pods, value: 2, periodSeconds: 30 }
scaleDown:
  stabilizationWindowSeconds: {{ $down.stabilizationSeconds }}
  policies:
    - { type: Pods, value: {{ $down.pods }}, periodSeconds: {{ $down.periodSeconds }} }
{{- end -}}

{{- define "sluice.scaling.hpa" -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{- include "sluice.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "sluice.roomName" . }}
  minReplicas: {{ max 1 (int .values.scaling.min) }}
  maxReplicas: {{ .values.scaling.max }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: { type: Utilization, averageUtilization: {{ .root.Values.scaling.cpuPercent }} }
  behavior: {{- include "sluice.scaleBehavior" . | nindent 4 }}
{{- end -}}

{{- define "sluice.scaling.keda" -}}
{{- $scaling := .values.scaling -}}
{{- if and .row.group (gt (int $scaling.max) (int .root.Values.kafka.partitions)) -}}
{{- fail (printf "%s.scaling.max: a group has work for %d members at the most (kafka.partitions)" .name (int .root.Values.kafka.partitions)) -}}
{{- end -}}
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {{- include "sluice.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "sluice.roomName" . }}
  pollingInterval: {{ .root.Values.scaling.pollingSeconds }}
  cooldownPeriod: {{ $scaling.cooldownSeconds | default .root.Values.scaling.down.stabilizationSeconds }}
  minReplicaCount: {{ $scaling.min }}
  maxReplicaCount: {{ $scaling.max }}
  {{- if .row.group }}
  fallback:
    failureThreshold: 4
    replicas: {{ max 1 (int $scaling.min) }}
    behavior: currentReplicasIfHigher
  {{- end }}
  advanced:
    restoreToOriginalReplicaCount: false
    horizontalPodAutoscalerConfig:
      behavior: {{- include "sluice.scaleBehavior" . | nindent 8 }}
  triggers:
    {{- if .row.group }}
    {{- include "sluice.lagTriggers" . | nindent 4 }}
    {{- if .values.models }}
    {{- include "sluice.queueTrigger" . | nindent 4 }}
    {{- end }}
    {{- else }}
    {{- include "sluice.associationTrigger" . | nindent 4 }}
    {{- end }}
{{- if .row.group }}
---
{{ include "sluice.scalerAccess" . }}
{{- end }}
{{- end -}}

{{/*
One trigger per topic that the group hears, its second tries among them (a dead letter that a person puts back must wake a room at zero):
KEDA counts partitions with lag per topic, and takes the largest answer.
*/}}
{{- define "sluice.lagTriggers" -}}
{{- $kafka := .root.Values.kafka -}}
{{- range $topic := append .row.hears (printf "%s.retry" .row.group) }}
- type: kafka
  name: {{ $topic | replace "." "-" }}
  metricType: AverageValue
  metadata:
    bootstrapServers: {{ join "," $kafka.brokers | quote }}
    consumerGroup: {{ printf "%s%s" $kafka.topicPrefix $.row.group | quote }}
    topic: {{ printf "%s%s" $kafka.topicPrefix $topic | quote }}
    lagThreshold: {{ $.values.scaling.lagPerReplica | toString | quote }}
    activationLagThreshold: "0"
    offsetResetPolicy: earliest
    limitToPartitionsWithLag: "true"
    allowIdleConsumers: "false"
    scaleToZeroOnInvalidOffset: "false"
    {{- if $kafka.tls }}
    tls: enable
    {{- end }}
    {{- if hasPrefix "scram" $kafka.auth }}
    sasl: {{ $kafka.auth | replace "scram-sha-" "scram_sha" }}
    {{- end }}
  {{- if include "sluice.scalerKeys" $ | fromJsonArray }}
  authenticationRef:
    name: {{ include "sluice.roomName" $ }}-lag
  {{- end }}
{{- end }}
{{- end -}}

{{/* Objects that wait for a model, and series that may still become some: with none of both the room may go. */}}
{{- define "sluice.queueTrigger" -}}
- type: postgresql
  name: queue
  metricType: AverageValue
  metadata:
    query: {{ .root.Files.Get "files/inference-queue.sql" | replace "\n" " " | trim | quote }}
    targetQueryValue: {{ .values.scaling.jobsPerReplica | toString | quote }}
    activationTargetQueryValue: "0"
  authenticationRef:
    name: {{ include "sluice.roomName" . }}-queue
{{- end -}}

{{- define "sluice.associationTrigger" -}}
{{- $scaling := .root.Values.scaling -}}
{{- with $scaling.prometheus.url }}
- type: prometheus
  name: associations
  metricType: AverageValue
  metadata:
    serverAddress: {{ . | quote }}
    query: {{ printf "sum(sluice_associations{namespace=%q,pod=~%q})" $.root.Release.Namespace (printf "%s-.*" (include "sluice.roomName" $)) | squote }}
    threshold: {{ $.values.scaling.associationsPerReplica | toString | quote }}
    ignoreNullValues: "false"
{{- end }}
- type: cpu
  metricType: Utilization
  metadata:
    value: {{ $scaling.cpuPercent | toString | quote }}
{{- end -}}

{{/* What KEDA shows the brokers, as a JSON list of its parameter, Secret and key: the room's own. */}}
{{- define "sluice.scalerKeys" -}}
{{- $keys := list -}}
{{- $names := dict "KAFKA_USERNAME" "username" "KAFKA_PASSWORD" "password" "KAFKA_CERT" "cert" "KAFKA_KEY" "key" "KAFKA_CA" "ca" -}}
{{- range include "sluice.secretFiles" . | fromJsonArray -}}
{{- if hasKey $names .setting }}{{ $keys = append $keys (dict "parameter" (index $names .setting) "name" .secret "key" .key) }}{{ end -}}
{{- end -}}
{{- toJson $keys -}}
{{- end -}}

{{/* Secrets that KEDA must be able to read for a room, as a JSON list of name and key. */}}
{{- define "sluice.scalerSecrets" -}}
{{- $secrets := include "sluice.scalerKeys" . | fromJsonArray -}}
{{- with include "sluice.queueSecret" . }}{{ $secrets = append $secrets (dict "name" . "key" "DATABASE_URL") }}{{ end -}}
{{- toJson $secrets -}}
{{- end -}}

{{/* The Secret with the database URL by which KEDA counts what waits for a model; empty where no model does. */}}
{{- define "sluice.queueSecret" -}}
{{- if .values.models }}{{ default (include "sluice.secretName" .) .values.scaling.databaseSecret }}{{ end -}}
{{- end -}}

{{- define "sluice.scalerAccess" -}}
{{- $keys := include "sluice.scalerKeys" . | fromJsonArray -}}
{{- $user := index (include "sluice.plainSettings" . | fromJson) "KAFKA_USERNAME" -}}
{{- if $keys -}}
apiVersion: keda.sh/v1alpha1
kind: TriggerAuthentication
metadata:
  name: {{ include "sluice.roomName" . }}-lag
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "sluice.labels" . | nindent 4 }}
spec:
  secretTargetRef: {{- toYaml $keys | nindent 4 }}
  {{- with $user }}
  configMapTargetRef:
    - { parameter: username, name: {{ include "sluice.roomName" $ }}-lag, key: username }
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "sluice.roomName" $ }}-lag
  namespace: {{ $.root.Release.Namespace }}
  labels: {{- include "sluice.labels" $ | nindent 4 }}
data:
  username: {{ . }}
  {{- end }}
{{- end }}
{{- if .values.models }}
---
apiVersion: keda.sh/v1alpha1
kind: TriggerAuthentication
metadata:
  name: {{ include "sluice.roomName" . }}-queue
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "sluice.labels" . | nindent 4 }}
spec:
  secretTargetRef:
    - { parameter: connection, name: {{ include "sluice.queueSecret" . }}, key: DATABASE_URL }
{{- end }}
{{- end -}}

{{- define "sluice.deployment" -}}
{{- $files := include "sluice.secretFiles" . | fromJsonArray -}}
apiVersion: apps/v1
kind: Deployment
metadata: {{- include "sluice.metadata" . | nindent 2 }}
spec:
  {{- if not (include "sluice.isScaled" .) }}
  replicas: {{ if hasKey .values "scaling" }}{{ .values.scaling.min }}{{ else }}{{ .values.replicas }}{{ end }}
  {{- end }}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      {{- if include "sluice.hasGpu" . }}
      # The next one may need the very GPU that the old one has
      maxUnavailable: 1
      maxSurge: 0
      {{- else }}
      maxUnavailable: 0
      maxSurge: 1
      {{- end }}
  selector:
    matchLabels: {{- include "sluice.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "sluice.labels" . | nindent 8 }}
        {{- with .values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        checksum/settings: {{ list (include "sluice.plainSettings" .) $files (index .values "peers" | default list) | toJson | sha256sum }}
        {{- with .values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ include "sluice.serviceAccountName" . }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ include "sluice.graceSeconds" . }}
      {{- include "sluice.placement" . | nindent 6 }}
      securityContext:
        runAsNonRoot: true
        runAsUser: {{ .values.runAs.user }}
        runAsGroup: {{ .values.runAs.group }}
        fsGroup: {{ .values.runAs.group }}
        fsGroupChangePolicy: OnRootMismatch
        seccompProfile:
          type: RuntimeDefault
      containers:
        - {{- include "sluice.container" . | nindent 10 }}
      volumes:
        - name: tmp
          emptyDir: {{- toYaml .values.tmp | nindent 12 }}
        {{- include "sluice.secretVolume" . | nindent 8 }}
        {{- include "sluice.gpuVolumes" . | nindent 8 }}
        {{- with .values.extraVolumes }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
{{- end -}}

{{- define "sluice.container" -}}
name: {{ .name }}
image: {{ include "sluice.image" . }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
{{- with .row.part }}
args: {{ toJson .words }}
{{- end }}
securityContext:
  allowPrivilegeEscalation: false
  privileged: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  capabilities:
    drop: [ALL]
env: {{- include "sluice.env" . | nindent 2 }}
ports:
  {{- range $setting, $port := include "sluice.openPorts" . | fromJson }}
  - name: {{ include "sluice.portName" $setting }}
    containerPort: {{ $port }}
    protocol: TCP
  {{- end }}
startupProbe:
  httpGet: { path: /health/live, port: http }
  periodSeconds: 5
  failureThreshold: {{ div (add .values.startSeconds 4) 5 }}
livenessProbe:
  httpGet: { path: /health/live, port: http }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: { path: /health/ready, port: http }
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 2
{{- with include "sluice.pauseSeconds" . | int }}
lifecycle:
  preStop:
    sleep:
      seconds: {{ . }}
{{- end }}
resources: {{- include "sluice.resources" . | nindent 2 }}
volumeMounts:
  - name: tmp
    mountPath: /tmp
  {{- if include "sluice.secretFiles" . | fromJsonArray }}
  - name: secrets
    mountPath: /etc/sluice/secrets
    readOnly: true
  {{- end }}
  {{- include "sluice.gpuMounts" . | nindent 2 }}
  {{- with .values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* Ports that the room listens on under these values: those of TLS only with a certificate. */}}
{{- define "sluice.openPorts" -}}
{{- $ports := dict -}}
{{- range $setting, $port := .row.ports -}}
{{- if or (not (has $setting (list "DIMSE_TLS_PORT" "HTTPS_PORT"))) $.values.tls.enabled }}{{ $_ := set $ports $setting (int $port) }}{{ end -}}
{{- end -}}
{{- toJson $ports -}}
{{- end -}}

{{/* HTTP_PORT is http, DIMSE_TLS_PORT is dimse-tls. */}}
{{- define "sluice.portName" -}}
{{- . | trimSuffix "_PORT" | lower | replace "_" "-" -}}
{{- end -}}

{{/* Each file is one key of one Secret; nothing else of the Secrets is mounted. */}}
{{- define "sluice.secretVolume" -}}
{{- with include "sluice.secretFiles" . | fromJsonArray }}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- range . }}
      - secret:
          name: {{ .secret }}
          items:
            - { key: {{ .key }}, path: {{ .setting }} }
      {{- end }}
{{- end }}
{{- end -}}

{{- define "sluice.placement" -}}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with include "sluice.runtimeClass" . }}
runtimeClassName: {{ . }}
{{- end }}
{{- with include "sluice.nodeSelector" . | fromJson }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with include "sluice.tolerations" . | fromJsonArray }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.topologyKeys }}
topologySpreadConstraints:
  {{- range . }}
  - topologyKey: {{ . }}
    maxSkew: 1
    whenUnsatisfiable: {{ $.values.whenUnsatisfiable }}
    labelSelector:
      matchLabels: {{- include "sluice.selector" $ | nindent 8 }}
  {{- end }}
{{- end }}
{{- end -}}

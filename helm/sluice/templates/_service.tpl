{{/*
What intake shows where: `service` is the door of modalities (DIMSE), `httpService` that of STOW-RS. Outside the cluster (LoadBalancer,
NodePort) plain DIMSE is shown when it is asked for, and plain HTTP never: it has metrics and health, too.
*/}}
{{- define "sluice.intakeService" -}}
{{- $service := index .room.values .door -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}
  namespace: {{ .room.root.Release.Namespace }}
  labels: {{- include "sluice.labels" .room | nindent 4 }}
  {{- with $service.annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ $service.type }}
  {{- if ne $service.type "ClusterIP" }}
  # Peers are known by their address, too
  externalTrafficPolicy: Local
  {{- end }}
  {{- with $service.sourceRanges }}
  loadBalancerSourceRanges: {{- toYaml . | nindent 4 }}
  {{- end }}
  selector: {{- include "sluice.selector" .room | nindent 4 }}
  ports:
    {{- range $setting := include "sluice.shownPorts" . | fromJsonArray }}
    {{- $name := include "sluice.portName" $setting }}
    - name: {{ $name }}
      port: {{ index $service.ports (camelcase (replace "-" "_" $name) | untitle) }}
      targetPort: {{ $name }}
      protocol: TCP
    {{- end }}
{{- end -}}

{{/* Settings of the ports that a door of intake shows, as a JSON list. Takes room and door. */}}
{{- define "sluice.shownPorts" -}}
{{- $service := index .room.values .door -}}
{{- $inside := eq $service.type "ClusterIP" -}}
{{- $shown := list -}}
{{- if eq .door "service" -}}
{{- if or $inside $service.plain }}{{ $shown = append $shown "DIMSE_PORT" }}{{ end -}}
{{- if .room.values.tls.enabled }}{{ $shown = append $shown "DIMSE_TLS_PORT" }}{{ end -}}
{{- if not $shown }}{{ fail (printf "intake.service.type %s shows DIMSE over TLS: set intake.tls.enabled, or intake.service.plain for what goes in clear" $service.type) }}{{ end -}}
{{- else -}}
{{- if $inside }}{{ $shown = append $shown "HTTP_PORT" }}{{ end -}}
{{- if .room.values.tls.enabled }}{{ $shown = append $shown "HTTPS_PORT" }}{{ end -}}
{{- if not $shown }}{{ fail (printf "intake.httpService.type %s shows STOW-RS over TLS alone: set intake.tls.enabled" $service.type) }}{{ end -}}
{{- end -}}
{{- toJson $shown -}}
{{- end -}}

{{- define "sluice.httpServiceName" -}}
{{- printf "%s-http" (include "sluice.roomName" .) -}}
{{- end -}}

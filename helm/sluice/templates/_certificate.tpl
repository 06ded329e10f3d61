{{/* What cert-manager makes for a room's TLS. Takes room and the names of the Services that show it. */}}
{{- define "sluice.certificate" -}}
{{- $room := .room -}}
{{- $maker := $room.values.tls.certManager -}}
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {{- include "sluice.metadata" $room | nindent 2 }}
spec:
  secretName: {{ include "sluice.tlsSecret" $room }}
  issuerRef:
    name: {{ required (printf "%s.tls.certManager.issuer.name" (include "sluice.valuesKey" $room.name)) $maker.issuer.name }}
    kind: {{ $maker.issuer.kind }}
    group: cert-manager.io
  dnsNames:
    {{- range .services }}
    - {{ printf "%s.%s.svc" . $room.root.Release.Namespace }}
    {{- end }}
    {{- with $maker.dnsNames }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  duration: {{ $maker.duration }}
  renewBefore: {{ $maker.renewBefore }}
  privateKey: { algorithm: ECDSA, size: 256, rotationPolicy: Always }
  usages: [digital signature, server auth]
{{- end -}}

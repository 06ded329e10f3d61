{{/*
Who talks to whom. What a room reaches is read out of its code (files/rooms.json, `reaches`); the values say where that is. All else is
denied: `network-default.yaml` for whatever else runs under this release.
*/}}
{{- define "sluice.networkPolicy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{- include "sluice.metadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels: {{- include "sluice.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress: {{- include "sluice.ingressRules" . | nindent 4 }}
  egress: {{- include "sluice.egressRules" . | nindent 4 }}
{{- end -}}

{{- define "sluice.ingressRules" -}}
{{- $network := .root.Values.network -}}
{{- /* An empty list would let everybody in. */ -}}
{{- with $network.monitoring -}}
- ports: [{ port: http, protocol: TCP }]
  from: {{- toYaml . | nindent 4 }}
{{- end }}
{{- if hasKey .row.ports "ADMIN_PORT" }}
{{- if not $network.admins }}{{ fail "network.admins: who may reach the admin door" }}{{ end }}
- ports: [{ port: admin, protocol: TCP }]
  from: {{- toYaml $network.admins | nindent 4 }}
{{- else if gt (len .row.ports) 1 }}
{{- /* Plain HTTP has metrics and health, too: open to the proxy of a door that there is. */}}
{{- if or .values.gateway.enabled .values.ingress.enabled }}
- ports: [{ port: http, protocol: TCP }]
  from: {{- toYaml $network.gateway | nindent 4 }}
{{- end }}
- ports:
    {{- range $setting := include "sluice.senderPorts" . | fromJsonArray }}
    - { port: {{ include "sluice.portName" $setting }}, protocol: TCP }
    {{- end }}
  {{- with $network.senders }}
  from: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* What senders reach: what the Services show, and plain HTTP, which has metrics too, only through the gateway. */}}
{{- define "sluice.senderPorts" -}}
{{- $shown := concat (include "sluice.shownPorts" (dict "room" . "door" "service") | fromJsonArray) (include "sluice.shownPorts" (dict "room" . "door" "httpService") | fromJsonArray) -}}
{{- without $shown "HTTP_PORT" | toJson -}}
{{- end -}}

{{- define "sluice.egressRules" -}}
{{- $root := .root -}}
{{- $network := $root.Values.network -}}
- ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }]
  to: {{- toYaml $network.dns | nindent 4 }}
{{- range $way := .row.reaches }}
{{- $where := index $network.to $way }}
{{- $ports := include "sluice.wayPorts" (dict "room" $ "way" $way) | fromJsonArray }}
{{- if $ports }}
# {{ $way }}
- ports: {{- include "sluice.portRules" $ports | nindent 4 }}
  to: {{- include "sluice.peersOrAnywhere" $where.peers | nindent 4 }}
{{- end }}
{{- end }}
{{- if eq $root.Values.aws.identity "pod-identity" }}
# The agent of EKS Pod Identity on the node
- ports: [{ port: 80, protocol: TCP }]
  to: [{ ipBlock: { cidr: 169.254.170.23/32 } }, { ipBlock: { cidr: 'fd00:ec2::23/128' } }]
{{- else if eq $root.Values.aws.identity "irsa" }}
# STS
- ports: [{ port: 443, protocol: TCP }]
  to: {{- include "sluice.peersOrAnywhere" $network.to.identity.peers | nindent 4 }}
{{- end }}
{{- end -}}

{{- define "sluice.portRules" -}}
{{- range $at, $port := . -}}
{{- if $at }}
{{ end -}}
- { port: {{ int $port }}, protocol: TCP }
{{- end -}}
{{- end -}}

{{/* Peers, or with none every address but those of the node itself. */}}
{{- define "sluice.peersOrAnywhere" -}}
{{- if . -}}
{{- toYaml . -}}
{{- else -}}
# Some network plug-ins (Cilium) take no pod for an address
- namespaceSelector: {}
- ipBlock: { cidr: 0.0.0.0/0, except: [169.254.0.0/16] }
- ipBlock: { cidr: '::/0', except: ['fe80::/10', 'fd00:ec2::/32'] }
{{- end -}}
{{- end -}}

{{/* Ports of a way out as a JSON list: those given, else those of its URL; none where the way is not in use. */}}
{{- define "sluice.wayPorts" -}}
{{- $values := .room.root.Values -}}
{{- $given := index $values.network.to .way "ports" -}}
{{- $urls := list -}}
{{- if eq .way "bus" }}{{ range $values.kafka.brokers }}{{ $urls = append $urls (printf "http://%s" .) }}{{ end }}{{ end -}}
{{- if eq .way "store" }}{{ $urls = list (include "sluice.endpoint" $values.store.url) }}{{ end -}}
{{- if eq .way "keys" }}{{ $urls = list (include "sluice.endpoint" $values.keys.url) }}{{ end -}}
{{- if eq .way "traces" }}{{ $urls = compact (list $values.traces.url) }}{{ end -}}
{{- if eq .way "models" }}{{ range .room.values.models }}{{ with .url }}{{ $urls = append $urls . }}{{ end }}{{ end }}{{ end -}}
{{- $ports := list -}}
{{- range $urls }}{{ $ports = append $ports (include "sluice.urlPort" . | int) }}{{ end -}}
{{- if and $given (or $urls (eq .way "database")) }}{{ $ports = $given }}{{ end -}}
{{- $ports | uniq | toJson -}}
{{- end -}}

{{/* Where a store or key URL points: its endpoint, or AWS itself. */}}
{{- define "sluice.endpoint" -}}
{{- $endpoint := regexFind "endpoint=[^&]+" . | trimPrefix "endpoint=" -}}
{{- default "https://aws" (urlParse (default "https://aws" $endpoint | replace "%3A" ":" | replace "%2F" "/") | urlJoin) -}}
{{- end -}}

{{- define "sluice.urlPort" -}}
{{- $url := urlParse . -}}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{- if $port }}{{ $port }}{{ else if eq $url.scheme "http" }}80{{ else }}443{{ end -}}
{{- end -}}

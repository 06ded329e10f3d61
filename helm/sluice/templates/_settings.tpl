{{/* BUS_URL as libs/bus reads it. Takes the root. */}}
{{- define "sluice.busUrl" -}}
{{- $kafka := .Values.kafka -}}
{{- $parts := list (printf "partitions=%d" (int $kafka.partitions)) (printf "replication=%d" (int $kafka.replication)) (printf "minIsr=%d" (int $kafka.minIsr)) -}}
{{- if $kafka.tls }}{{ $parts = append $parts "tls=true" }}{{ end -}}
{{- if hasPrefix "scram" $kafka.auth }}{{ $parts = append $parts (printf "sasl=%s" $kafka.auth) }}{{ end -}}
{{- with $kafka.topicPrefix }}{{ $parts = append $parts (printf "topicPrefix=%s" .) }}{{ end -}}
{{- printf "kafka://%s?%s" (join "," $kafka.brokers) (join "&" $parts) -}}
{{- end -}}

{{/* The longest that a stop may take, ms: what the code says of its longest work, under the settings that are given. */}}
{{- define "sluice.graceMs" -}}
{{- $work := .row.longestWork -}}
{{- $ms := $work.plusMs -}}
{{- with $work.setting -}}
{{- $value := default $work.value (index $.values.settings .) -}}
{{- $ms = addf $ms (mulf $value $work.unitMs) -}}
{{- end -}}
{{- default $ms .values.settings.SHUTDOWN_GRACE_MS | int64 -}}
{{- end -}}

{{/* That, the pause before it, and what the process takes to end (libs/service: 1.5 s), in seconds. */}}
{{- define "sluice.graceSeconds" -}}
{{- add (ceil (divf (include "sluice.graceMs" .) 1000)) (include "sluice.pauseSeconds" . | int) 5 -}}
{{- end -}}

{{/* A room with callers waits until they have been told that it goes. */}}
{{- define "sluice.pauseSeconds" -}}
{{- if gt (len .row.ports) 1 }}5{{ else }}0{{ end -}}
{{- end -}}

{{/*
What a room reads from files, as a JSON list of setting, secret, key. A file that is named must be there: what is optional stands
here only when the values ask for it.
*/}}
{{- define "sluice.secretFiles" -}}
{{- $own := include "sluice.secretName" . -}}
{{- $kafka := .root.Values.kafka -}}
{{- $user := include "sluice.kafkaUserName" . -}}
{{- $strimzi := and .root.Values.strimzi.users .root.Values.strimzi.enabled -}}
{{- $files := list -}}
{{- if has "database" .row.reaches }}{{ $files = append $files (dict "setting" "DATABASE_URL" "secret" $own "key" "DATABASE_URL") }}{{ end -}}
{{- if hasPrefix "scram" $kafka.auth -}}
{{- if not $strimzi }}{{ $files = append $files (dict "setting" "KAFKA_USERNAME" "secret" $own "key" "KAFKA_USERNAME") }}{{ end -}}
{{- $files = append $files (dict "setting" "KAFKA_PASSWORD" "secret" (ternary $user $own $strimzi) "key" (ternary "password" "KAFKA_PASSWORD" $strimzi)) -}}
{{- else if eq $kafka.auth "certificate" -}}
{{- $files = append $files (dict "setting" "KAFKA_CERT" "secret" (ternary $user $own $strimzi) "key" (ternary "user.crt" "KAFKA_CERT" $strimzi)) -}}
{{- $files = append $files (dict "setting" "KAFKA_KEY" "secret" (ternary $user $own $strimzi) "key" (ternary "user.key" "KAFKA_KEY" $strimzi)) -}}
{{- end -}}
{{- with $kafka.ca.secret }}{{ $files = append $files (dict "setting" "KAFKA_CA" "secret" . "key" $kafka.ca.key) }}{{ end -}}
{{- if has "PEERS" .row.settings }}{{ $files = append $files (dict "setting" "PEERS" "secret" (include "sluice.peersSecret" .) "key" "PEERS") }}{{ end -}}
{{- if has "ADMIN_PEOPLE" .row.settings }}{{ $files = append $files (dict "setting" "ADMIN_PEOPLE" "secret" $own "key" "ADMIN_PEOPLE") }}{{ end -}}
{{- if or (has "ADMIN_TLS_CERT" .row.settings) (and (has "TLS_CERT" .row.settings) .values.tls.enabled) -}}
{{- $files = concat $files (include "sluice.tlsFiles" . | fromJsonArray) -}}
{{- end -}}
{{- if and (has "INFERENCE_MODEL_KEY" .row.settings) .values.modelKey.secret -}}
{{- $files = append $files (dict "setting" "INFERENCE_MODEL_KEY" "secret" .values.modelKey.secret "key" .values.modelKey.key) -}}
{{- end -}}
{{- toJson $files -}}
{{- end -}}

{{- define "sluice.peersSecret" -}}
{{- ternary (printf "%s-peers" (include "sluice.roomName" .)) (include "sluice.secretName" .) (gt (len .values.peers) 0) -}}
{{- end -}}

{{- define "sluice.tlsSecret" -}}
{{- default (printf "%s-tls" (include "sluice.roomName" .)) .values.tls.secret -}}
{{- end -}}

{{- define "sluice.tlsFiles" -}}
{{- $secret := include "sluice.tlsSecret" . -}}
{{- $name := ternary "ADMIN_TLS" "TLS" (has "ADMIN_TLS_CERT" .row.settings) -}}
{{- $files := list (dict "setting" (printf "%s_CERT" $name) "secret" $secret "key" "tls.crt") (dict "setting" (printf "%s_KEY" $name) "secret" $secret "key" "tls.key") -}}
{{- $ca := .values.tls.clientCa | default dict -}}
{{- with $ca.secret }}{{ $files = append $files (dict "setting" "TLS_CA" "secret" . "key" $ca.key) }}{{ end -}}
{{- toJson $files -}}
{{- end -}}

{{/* Settings that the chart itself decides, by name. */}}
{{- define "sluice.plainSettings" -}}
{{- $values := .root.Values -}}
{{- $settings := dict "BUS_URL" (include "sluice.busUrl" .root) "SHUTDOWN_GRACE_MS" (include "sluice.graceMs" .) -}}
{{- if has "store" .row.reaches }}{{ $_ := set $settings "STORE_URL" $values.store.url }}{{ end -}}
{{- if has "keys" .row.reaches }}{{ $_ := set $settings "KEYS_URL" $values.keys.url }}{{ end -}}
{{- with $values.traces.url }}{{ $_ := set $settings "OTLP_URL" . }}{{ end -}}
{{- if and $values.strimzi.enabled $values.strimzi.users (hasPrefix "scram" $values.kafka.auth) -}}
{{- $_ := set $settings "KAFKA_USERNAME" (include "sluice.kafkaUserName" .) -}}
{{- end -}}
{{- if has "ARCHIVAL_AWAITS_INFERENCE" .row.settings }}{{ $_ := set $settings "ARCHIVAL_AWAITS_INFERENCE" $values.inference.enabled }}{{ end -}}
{{- if has "INFERENCE_MODELS" .row.settings -}}
{{- $_ := set $settings "INFERENCE_MODELS" (toJson .values.models) -}}
{{- $_ := set $settings "INFERENCE_DEVICE" (ternary "cuda" "cpu" .values.gpu.enabled) -}}
{{- end -}}
{{- range $name, $value := .values.settings }}{{ $_ := set $settings $name $value }}{{ end -}}
{{- toJson $settings -}}
{{- end -}}

{{/* The environment of a room. */}}
{{- define "sluice.env" -}}
{{- range $name, $value := include "sluice.plainSettings" . | fromJson }}
- name: {{ $name }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- range include "sluice.secretFiles" . | fromJsonArray }}
- name: {{ .setting }}_FILE
  value: /etc/sluice/secrets/{{ .setting }}
{{- end }}
{{- with .root.Values.aws.region }}
- name: AWS_REGION
  value: {{ . }}
{{- end }}
{{- if eq .root.Values.aws.identity "static" }}
{{- range list "AWS_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY" }}
- name: {{ . }}
  valueFrom:
    secretKeyRef:
      name: {{ include "sluice.secretName" $ }}
      key: {{ . }}
{{- end }}
{{- end }}
{{- with .values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

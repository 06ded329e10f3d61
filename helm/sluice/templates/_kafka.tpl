{{/* Objects of Strimzi's operator (`kafka.strimzi.io/v1`), where it makes topics and users. */}}
{{- define "sluice.kafkaUserName" -}}
{{- printf "%s%s" .root.Values.kafka.topicPrefix (include "sluice.roomName" .) | lower -}}
{{- end -}}

{{/* Objects of Strimzi's operator (`kafka.strimzi.io/v1`), where it makes topics and users. */}}
{{/* Strimzi makes a Secret of the same name: it must not be the room's own. */}}
{{- define "sluice.kafkaUserName" -}}
{{- printf "%s-kafka" (include "sluice.roomName" .) -}}
{{- end -}}

{{/*
Every topic of this release as a JSON list of name and kind: the corridor, per group one for second tries and one for dead letters, per
tenant those for analytics. Takes the root.
*/}}
{{- define "sluice.topics" -}}
{{- $table := .Files.Get "files/rooms.json" | fromJson -}}
{{- $topics := list -}}
{{- range $table.topics }}{{ $topics = append $topics (dict "name" . "kind" "corridor") }}{{ end -}}
{{- range $tenant := .Values.tenants -}}
{{- range $table.analytics }}{{ $topics = append $topics (dict "name" (printf "deid.%s.%s" $tenant .) "kind" "analytics") }}{{ end -}}
{{- end -}}
{{- range $name, $row := $table.rooms -}}
{{- if and $row.group (index $.Values (include "sluice.valuesKey" $name)).enabled -}}
{{- $topics = append $topics (dict "name" (printf "%s.retry" $row.group) "kind" "retry") -}}
{{- $topics = append $topics (dict "name" (printf "%s.dead" $row.group) "kind" "dead") -}}
{{- end -}}
{{- end -}}
{{- toJson $topics -}}
{{- end -}}

{{- define "sluice.partitions" -}}
{{- if eq .kind "corridor" }}{{ .most }}{{ else if eq .kind "dead" }}1{{ else }}{{ min 3 .most }}{{ end -}}
{{- end -}}

{{/* What a room may do on the corridor, read out of its code; one rule per resource. */}}
{{- define "sluice.acls" -}}
{{- $prefix := .root.Values.kafka.topicPrefix -}}
{{- $table := .root.Files.Get "files/rooms.json" | fromJson -}}
{{- $group := .row.group | default "" -}}
{{- $rights := dict -}}
{{- range $table.topics }}{{ $_ := set $rights . list }}{{ end -}}
{{- range $tenant := .root.Values.tenants }}{{ range $kind := $table.analytics -}}
{{- $told := has $kind $.row.tells -}}
{{- if or $told $.row.makesAnalytics }}{{ $_ := set $rights (printf "deid.%s.%s" $tenant $kind) (ternary (list "Write") list $told) }}{{ end -}}
{{- end }}{{ end -}}
{{- range .row.hears }}{{ $_ := set $rights . (list "Read") }}{{ end -}}
{{- range .row.says }}{{ $_ := set $rights . (append (index $rights .) "Write") }}{{ end -}}
{{- range .row.watches -}}
{{- $_ := set $rights (printf "%s.retry" .) list -}}
{{- $_ := set $rights (printf "%s.dead" .) (list "Read") -}}
{{- end -}}
{{- range .row.settles -}}
{{- $_ := set $rights (printf "%s.retry" .) (list "Write") -}}
{{- $_ := set $rights (printf "%s.dead" .) (list "Read" "Write") -}}
{{- end -}}
{{- with $group -}}
{{- $_ := set $rights (printf "%s.retry" .) (list "Read" "Write") -}}
{{- $_ := set $rights (printf "%s.dead" .) (append (index $rights (printf "%s.dead" .) | default list) "Write") -}}
{{- end -}}
{{- range $topic, $operations := $rights }}
- resource: { type: topic, name: {{ printf "%s%s" $prefix $topic }}, patternType: literal }
  operations: {{ concat (list "Describe" "DescribeConfigs") $operations | toJson }}
{{- end }}
{{- with $group }}
- resource: { type: group, name: {{ printf "%s%s" $prefix . }}, patternType: literal }
  operations: [Read, Describe]
{{- end }}
{{- range .row.watches }}
{{- if ne . $group }}
- resource: { type: group, name: {{ printf "%s%s" $prefix . }}, patternType: literal }
  operations: [Describe]
{{- end }}
{{- end }}
{{- range concat .row.watches (.row.settles | default list) }}
# Dead letters are read in a group that is deleted afterwards
- resource: { type: group, name: {{ printf "%s%s.dead.scan." $prefix . }}, patternType: prefix }
  operations: [Read, Describe, Delete]
{{- end }}
{{- end -}}

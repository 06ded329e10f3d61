{{/* What a GPU adds to a room; a room without the block has none. Each takes a room. */}}
{{- define "sluice.hasGpu" -}}
{{- if and .values.gpu .values.gpu.enabled }}yes{{ end -}}
{{- end -}}

{{- define "sluice.resources" -}}
{{- $resources := deepCopy .values.resources -}}
{{- if include "sluice.hasGpu" . -}}
{{- $limits := default dict $resources.limits -}}
{{- $_ := set $limits .values.gpu.resource .values.gpu.count -}}
{{- $_ := set $resources "limits" $limits -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end -}}

{{- define "sluice.runtimeClass" -}}
{{- if include "sluice.hasGpu" . }}{{ default .values.runtimeClassName .values.gpu.runtimeClassName }}{{ else }}{{ .values.runtimeClassName }}{{ end -}}
{{- end -}}

{{- define "sluice.nodeSelector" -}}
{{- $selector := deepCopy .values.nodeSelector -}}
{{- if include "sluice.hasGpu" . }}{{ range $key, $value := .values.gpu.nodeSelector }}{{ $_ := set $selector $key $value }}{{ end }}{{ end -}}
{{- toJson $selector -}}
{{- end -}}

{{- define "sluice.tolerations" -}}
{{- $tolerations := .values.tolerations -}}
{{- if include "sluice.hasGpu" . }}{{ $tolerations = concat $tolerations .values.gpu.tolerations }}{{ end -}}
{{- toJson $tolerations -}}
{{- end -}}

{{/* Models come by any read-only volume; CUDA wants shared memory. */}}
{{- define "sluice.gpuVolumes" -}}
{{- with .values.modelVolume }}
- name: models
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if include "sluice.hasGpu" . }}
- name: shm
  emptyDir: { medium: Memory, sizeLimit: {{ .values.gpu.sharedMemory }} }
{{- end }}
{{- end -}}

{{- define "sluice.gpuMounts" -}}
{{- if .values.modelVolume }}
- name: models
  mountPath: /models
  readOnly: true
{{- end }}
{{- if include "sluice.hasGpu" . }}
- name: shm
  mountPath: /dev/shm
{{- end }}
{{- end -}}

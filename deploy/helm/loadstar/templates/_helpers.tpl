{{- define "loadstar.name" -}}
{{- printf "%s" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* Labels of a part: (list $ "master") */}}
{{- define "loadstar.selector" -}}
app.kubernetes.io/name: loadstar
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "loadstar.labels" -}}
{{ include "loadstar.selector" . }}
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ printf "%s-%s" (index . 0).Chart.Name (index . 0).Chart.Version }}
{{- end -}}

{{- define "loadstar.image" -}}
{{- $root := index . 0 -}}
{{ $root.Values.image.repository }}-{{ index . 1 }}:{{ $root.Values.image.tag | default $root.Chart.AppVersion }}
{{- end -}}

{{/* What a pod of ours may do: nothing but its work. */}}
{{- define "loadstar.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "loadstar.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{/* Environment of OpenTelemetry, for all apps; nothing while it is off. */}}
{{- define "loadstar.telemetry" -}}
{{- with .Values.telemetry }}
{{- if .otlpEndpoint }}
- { name: POD_NAME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
- { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ .otlpEndpoint | quote }} }
- { name: OTEL_EXPORTER_OTLP_PROTOCOL, value: {{ .protocol | quote }} }
- { name: OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION, value: {{ .histograms | quote }} }
- { name: OTEL_METRIC_EXPORT_INTERVAL, value: {{ .metricIntervalMs | int64 | quote }} }
- name: OTEL_RESOURCE_ATTRIBUTES
  value: {{ printf "k8s.namespace.name=%s,k8s.pod.name=$(POD_NAME)%s" $.Release.Namespace (ternary "" (printf ",%s" .resourceAttributes) (empty .resourceAttributes)) | quote }}
{{- with .headersSecret }}
- { name: OTEL_EXPORTER_OTLP_HEADERS, valueFrom: { secretKeyRef: { name: {{ . }}, key: OTEL_EXPORTER_OTLP_HEADERS } } }
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "loadstar.accessSecret" -}}
{{ .Values.access.existingSecret | default (printf "%s-access" (include "loadstar.name" .)) }}
{{- end -}}

{{- define "loadstar.storesSecret" -}}
{{ .Values.stores.existingSecret | default (printf "%s-stores" (include "loadstar.name" .)) }}
{{- end -}}

{{/* A password as part of a URL. */}}
{{- define "loadstar.inUrl" -}}
{{ urlquery . | replace "+" "%20" }}
{{- end -}}

{{/*
A secret's value: the given one, else the one in the cluster, else a new one: (list $ name key given). Without a cluster
to look into (`helm template`, and what is built on it) it is a new one each time.
*/}}
{{- define "loadstar.kept" -}}
{{- $root := index . 0 -}}
{{- $found := lookup "v1" "Secret" $root.Release.Namespace (index . 1) -}}
{{- $data := default dict $found.data -}}
{{- index . 3 | default (index $data (index . 2) | default "" | b64dec) | default (randAlphaNum 32) -}}
{{- end -}}

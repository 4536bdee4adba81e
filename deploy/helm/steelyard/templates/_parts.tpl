{{- define "steelyard.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "steelyard.secret" -}}
{{ .Values.secret.existing | default (printf "%s-settings" (include "steelyard.name" .)) }}
{{- end }}

{{/* Labels of a part. Give (dict "root" $ "part" "worker"). */}}
{{- define "steelyard.labels" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "steelyard.allLabels" -}}
{{ include "steelyard.labels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{/* The pod of a part. Give (dict "root" $ "part" "worker" "args" (list …) "ports" (dict …) "probes" "…" "values" .Values.worker "restart" "Always"). */}}
{{- define "steelyard.pod" -}}
{{- $root := .root -}}
metadata:
  labels:
    {{- include "steelyard.allLabels" (dict "root" $root "part" .part) | nindent 4 }}
  annotations:
    checksum/settings: {{ printf "%s%s%s" (toJson $root.Values.secret) (toJson $root.Values.settings) $root.Values.rules | sha256sum }}
spec:
  restartPolicy: {{ .restart | default "Always" }}
  automountServiceAccountToken: false
  enableServiceLinks: false # the addresses of services would come as STEELYARD_API_PORT and the like
  terminationGracePeriodSeconds: {{ .values.terminationGracePeriodSeconds | default 30 }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    seccompProfile: {type: RuntimeDefault}
  {{- with $root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  containers:
    - name: {{ .part }}
      image: "{{ $root.Values.image.repository }}:{{ $root.Values.image.tag | default $root.Chart.AppVersion }}"
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      args: {{ toJson .args }}
      env:
        - {name: STEELYARD_LOG, value: json}
        {{- range $name, $value := $root.Values.settings }}
        - {name: {{ $name }}, value: {{ $value | quote }}}
        {{- end }}
      envFrom:
        - secretRef: {name: {{ include "steelyard.secret" $root }}}
      {{- with .ports }}
      ports:
        {{- range $name, $port := . }}
        - {name: {{ $name }}, containerPort: {{ $port }}}
        {{- end }}
      {{- end }}
      {{- with .probes }}
      {{- . | nindent 6 }}
      {{- end }}
      resources:
        {{- toYaml .values.resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: {drop: [ALL]}
      volumeMounts:
        - {name: data, mountPath: /data}
        - {name: tmp, mountPath: /tmp}
        {{- if $root.Values.rules }}
        - {name: rules, mountPath: /config, readOnly: true}
        {{- end }}
  volumes:
    - {name: data, emptyDir: {}}
    - {name: tmp, emptyDir: {}}
    {{- if $root.Values.rules }}
    - name: rules
      configMap: {name: {{ include "steelyard.name" $root }}-rules}
    {{- end }}
  {{- with $root.Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $root.Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $root.Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{/* A deployment of a part; as for the pod, and "replicas", "strategy". */}}
{{- define "steelyard.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "steelyard.name" .root }}-{{ .part }}
  labels:
    {{- include "steelyard.allLabels" (dict "root" .root "part" .part) | nindent 4 }}
spec:
  replicas: {{ .replicas }}
  {{- with .strategy }}
  strategy: {type: {{ . }}}
  {{- end }}
  selector:
    matchLabels:
      {{- include "steelyard.labels" (dict "root" .root "part" .part) | nindent 6 }}
  template:
    {{- include "steelyard.pod" . | nindent 4 }}
{{- end }}

{{- define "steelyard.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "steelyard.name" .root }}-{{ .part }}
  labels:
    {{- include "steelyard.allLabels" (dict "root" .root "part" .part) | nindent 4 }}
spec:
  type: {{ .values.service.type }}
  selector:
    {{- include "steelyard.labels" (dict "root" .root "part" .part) | nindent 4 }}
  ports:
    - {name: http, port: {{ .values.service.port }}, targetPort: http}
{{- end }}

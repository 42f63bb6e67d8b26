#!/bin/sh
# Entry point of the Alertmanager container: Alertmanager reads no environment in its configuration, so this renders
# alertmanager.yml with it and then becomes Alertmanager. Needs nothing but a POSIX shell and sed.
#
#   ALERT_WEBHOOK_URL             POST of every alert as JSON
#   ALERT_SLACK_WEBHOOK_URL       incoming webhook of Slack, or of anything that speaks its format
#   ALERT_SLACK_CHANNEL           where to, when the webhook may choose
#   ALERT_EMAIL_TO                critical alerts by e-mail; needs the next two
#   ALERT_SMTP_HOST               host:port of the mail server
#   ALERT_EMAIL_FROM              sender
#   ALERT_SMTP_USER, ALERT_SMTP_PASSWORD   when the mail server asks
#   ALERT_SMTP_TLS                false for a mail server without STARTTLS (true)
#   ALERTMANAGER_EXTERNAL_URL     where people reach it (http://localhost:9093)
# Nothing set: alerts are seen in Prometheus and Grafana only. Arguments are passed on.
set -eu
umask 077
home=${ALERTMANAGER_CONFIG_DIR:-/etc/alertmanager}
config=${ALERTMANAGER_RENDERED:-/tmp/alertmanager.yml}

# A YAML string in single quotes.
quoted() { printf "'%s'" "$(printf %s "$1" | sed "s/'/''/g")"; }

# Puts standard input below the receiver of that name.
fill() {
  cat >"$config.part"
  sed "/^  - name: $1\$/r $config.part" "$config" >"$config.whole"
  mv "$config.whole" "$config"
  rm "$config.part"
}

cp "$home/alertmanager.yml" "$config"
if [ -n "${ALERT_WEBHOOK_URL:-}" ]; then
  fill webhook <<EOF
    webhook_configs:
      - url: $(quoted "$ALERT_WEBHOOK_URL")
        send_resolved: true
EOF
fi
if [ -n "${ALERT_SLACK_WEBHOOK_URL:-}" ]; then
  fill slack <<EOF
    slack_configs:
      - api_url: $(quoted "$ALERT_SLACK_WEBHOOK_URL")
        channel: $(quoted "${ALERT_SLACK_CHANNEL:-}")
        send_resolved: true
        title: '{{ .Status | toUpper }}: {{ .CommonLabels.alertname }}'
        text: '{{ range .Alerts }}{{ .Annotations.summary }}. {{ .Annotations.description }} See {{ .Annotations.runbook }}{{ "\n" }}{{ end }}'
EOF
fi
if [ -n "${ALERT_EMAIL_TO:-}" ]; then
  if [ -z "${ALERT_SMTP_HOST:-}" ] || [ -z "${ALERT_EMAIL_FROM:-}" ]; then
    echo 'ALERT_EMAIL_TO needs ALERT_SMTP_HOST (host:port) and ALERT_EMAIL_FROM.' >&2
    exit 1
  fi
  {
    cat <<EOF
    email_configs:
      - to: $(quoted "$ALERT_EMAIL_TO")
        from: $(quoted "$ALERT_EMAIL_FROM")
        smarthost: $(quoted "$ALERT_SMTP_HOST")
        require_tls: $([ "${ALERT_SMTP_TLS:-true}" = false ] && echo false || echo true)
        send_resolved: true
EOF
    if [ -n "${ALERT_SMTP_USER:-}" ]; then
      printf '        auth_username: %s\n        auth_password: %s\n' \
        "$(quoted "$ALERT_SMTP_USER")" "$(quoted "${ALERT_SMTP_PASSWORD:-}")"
    fi
  } | fill email
fi

exec "${ALERTMANAGER_BIN:-/bin/alertmanager}" \
  --config.file="$config" \
  --storage.path="${ALERTMANAGER_DATA_DIR:-/alertmanager}" \
  --web.external-url="${ALERTMANAGER_EXTERNAL_URL:-http://localhost:9093}" \
  --cluster.listen-address= \
  "$@"

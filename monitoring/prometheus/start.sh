#!/bin/sh
# Entry point of the Prometheus container: Prometheus itself reads no environment in its configuration, so this renders
# prometheus.yml with it and then becomes Prometheus. Needs nothing but a POSIX shell, grep and sed.
#
#   METRICS_SCRAPE_INTERVAL       how often our apps are read and rules evaluated, 1s to 15s (5s)
#   PROMETHEUS_RETENTION_TIME     how long samples are kept (15d)
#   PROMETHEUS_EXTERNAL_URL       where people reach it; links in notifications start with it (http://localhost:9090)
#   LOADSTAR_METRICS_TOKEN        token of a viewer, when the master asks for one
#   PROMETHEUS_REMOTE_WRITE_URL   a second home for all samples, such as Mimir or Thanos
#   PROMETHEUS_REMOTE_WRITE_USER, PROMETHEUS_REMOTE_WRITE_PASSWORD   when it asks for them
# Arguments are passed on.
set -eu
umask 077
home=${PROMETHEUS_CONFIG_DIR:-/etc/prometheus}
config=${PROMETHEUS_RENDERED:-/tmp/prometheus.yml}
interval=${METRICS_SCRAPE_INTERVAL:-5s}

if ! printf %s "$interval" | grep -Eq '^([1-9]|1[0-5])s$'; then
  echo "METRICS_SCRAPE_INTERVAL is \"$interval\"; it must be a whole number of seconds from 1s to 15s." >&2
  exit 1
fi

# A YAML string in single quotes.
quoted() { printf "'%s'" "$(printf %s "$1" | sed "s/'/''/g")"; }

sed -e "/# METRICS_SCRAPE_INTERVAL\$/s/ 5s / $interval /" \
  -e "s#^  - \([a-z_]*_rules\.yml\)\$#  - $home/\1#" "$home/prometheus.yml" >"$config"
if [ -n "${LOADSTAR_METRICS_TOKEN:-}" ]; then
  printf '    authorization:\n      credentials: %s\n' "$(quoted "$LOADSTAR_METRICS_TOKEN")" >"$config.part"
  sed "/^  - job_name: master\$/r $config.part" "$config" >"$config.whole"
  mv "$config.whole" "$config"
  rm "$config.part"
fi
if [ -n "${PROMETHEUS_REMOTE_WRITE_URL:-}" ]; then
  printf '\nremote_write:\n  - url: %s\n' "$(quoted "$PROMETHEUS_REMOTE_WRITE_URL")" >>"$config"
  if [ -n "${PROMETHEUS_REMOTE_WRITE_USER:-}" ]; then
    printf '    basic_auth:\n      username: %s\n      password: %s\n' "$(quoted "$PROMETHEUS_REMOTE_WRITE_USER")" \
      "$(quoted "${PROMETHEUS_REMOTE_WRITE_PASSWORD:-}")" >>"$config"
  fi
fi

exec "${PROMETHEUS_BIN:-/bin/prometheus}" \
  --config.file="$config" \
  --storage.tsdb.path="${PROMETHEUS_DATA_DIR:-/prometheus}" \
  --storage.tsdb.retention.time="${PROMETHEUS_RETENTION_TIME:-15d}" \
  --web.external-url="${PROMETHEUS_EXTERNAL_URL:-http://localhost:9090}" \
  --web.page-title='Loadstar Prometheus' \
  --enable-feature=exemplar-storage \
  "$@"

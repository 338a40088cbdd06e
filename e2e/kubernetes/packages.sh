# The programs that come from Debian: what each is for, which package has it, how it gets here.
# shellcheck shell=bash

# Program, package. Elsewhere than on Debian the programs count, not the packages.
API_PROGRAMS='etcd etcd-server
openssl openssl
setsid util-linux'
# shellcheck disable=SC2034  # used by those that source this
CLUSTER_PROGRAMS="$API_PROGRAMS
containerd containerd
containerd-shim-runc-v2 containerd
ctr containerd
runc runc
bridge containernetworking-plugins
iptables iptables
conntrack conntrack
ip iproute2
socat socat
busybox busybox-static"
# What tests of the cluster profile run besides; nothing of the cluster needs it.
# shellcheck disable=SC2034
TEST_PROGRAMS='promtool prometheus
prometheus prometheus'

# What schemathesis is installed with, for the test of the API's description.
# shellcheck disable=SC2034
PYTHON_PROGRAMS='venv python3-venv'

# program NAME -> its path. Debian keeps some outside an ordinary user's PATH.
program() {
  case $1 in
    venv) python3 -c 'import ensurepip, venv; print(venv.__file__)' 2>/dev/null ;;
    bridge | host-local | loopback) [ -x "$(cni_directory)/$1" ] && echo "$(cni_directory)/$1" ;;
    # The pause container has no C library: busybox must be the static one.
    busybox) dpkg-query -W -f '${db:Status-Status}\n' busybox-static 2>/dev/null | grep -qx installed && command -v busybox ;;
    *) PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin command -v "$1" ;;
  esac
}

cni_directory() {
  if [ -x /opt/cni/bin/bridge ]; then echo /opt/cni/bin; else echo /usr/lib/cni; fi
}

# missing_packages PROGRAMS -> the packages to install, in one line.
missing_packages() {
  local name package
  while read -r name package; do
    program "$name" >/dev/null || echo "$package"
  done <<<"$1" | sort -u | paste -sd ' '
}

# need_packages PROGRAMS: installs what is missing if we may, else says what.
need_packages() {
  local missing
  missing=$(missing_packages "$1")
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    die "missing: $missing (Debian's package names). As root: apt-get install $missing"
  fi
  # shellcheck disable=SC2086  # a list
  step "install Debian packages: $missing" "$CACHE/log/packages.log" \
    "apt-get update; apt-get install $missing" install_packages $missing
  missing=$(missing_packages "$1")
  [ -z "$missing" ] || die "still missing after installing: $missing"
}

# Debian starts etcd, containerd, Prometheus and Redis as services once they are installed. Nobody asked for that: no start
# while installing (policy-rc.d), none at the next boot either.
install_packages() {
  local policy=/usr/sbin/policy-rc.d package
  if [ ! -e $policy ]; then
    # shellcheck disable=SC2064  # now
    trap "rm -f $policy" EXIT
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod 755 $policy
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -y --no-install-recommends "$@" || {
    apt-get update
    apt-get install -y --no-install-recommends "$@"
  }
  if [ -d /run/systemd/system ]; then
    for package in "$@"; do
      case $package in
        etcd-server) systemctl disable etcd.service ;;
        containerd) systemctl disable containerd.service ;;
        prometheus) systemctl disable prometheus.service ;;
        redis-server) systemctl disable redis-server.service ;;
      esac
    done
  fi
}

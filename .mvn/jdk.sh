# shellcheck shell=sh
# Finds a JDK of at least version 25 and exports it as JAVA_HOME. Sourced by mvnw and by the scripts in e2e,
# so that a machine whose default java is older needs no setting. Order: JAVA_HOME, the java on PATH, then
# the places where Debian, Fedora, SDKMAN and macOS put their JDKs.

distomon_jdk_version() { # DIR -> feature version of the JDK in DIR, or nothing
  [ -x "$1/bin/javac" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null
}

distomon_find_jdk() {
  distomon_jdk_wanted=25
  distomon_jdk_seen=
  distomon_path_java=$(command -v javac 2>/dev/null) || distomon_path_java=
  if [ -n "$distomon_path_java" ]; then
    distomon_path_java=$(readlink -f "$distomon_path_java" 2>/dev/null || printf %s "$distomon_path_java")
    distomon_path_java=${distomon_path_java%/bin/javac}
  fi
  # set +f: mvnw runs with globbing off
  distomon_noglob=${-}
  set +f
  for distomon_jdk in "${JAVA_HOME-}" "$distomon_path_java" /usr/lib/jvm/* "${HOME-}"/.sdkman/candidates/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    [ -n "$distomon_jdk" ] || continue
    distomon_version=$(distomon_jdk_version "$distomon_jdk")
    [ -n "$distomon_version" ] || continue
    if [ "$distomon_version" -ge "$distomon_jdk_wanted" ]; then
      if [ -n "${JAVA_HOME-}" ] && [ "$distomon_jdk" != "$JAVA_HOME" ]; then
        echo "distomon: JAVA_HOME ($JAVA_HOME) is no JDK $distomon_jdk_wanted or newer; using $distomon_jdk" >&2
      fi
      JAVA_HOME=$distomon_jdk
      export JAVA_HOME
      case $distomon_noglob in *f*) set -f ;; esac
      return 0
    fi
    # The one on PATH often comes again where Debian puts it.
    case $distomon_jdk_seen in
    *" $distomon_jdk ("*) ;;
    *) distomon_jdk_seen="$distomon_jdk_seen
  $distomon_jdk (version $distomon_version)" ;;
    esac
  done
  case $distomon_noglob in *f*) set -f ;; esac
  cat >&2 <<EOF
distomon needs a JDK of version $distomon_jdk_wanted or newer (with javac). Found:${distomon_jdk_seen:- none}
Install one, or point JAVA_HOME at one:
  Debian, Ubuntu   apt install temurin-25-jdk   (from Adoptium's package source, see adoptium.net)
  Fedora           dnf install java-25-openjdk-devel
  macOS            brew install openjdk@25
EOF
  return 1
}

distomon_find_jdk || exit 1

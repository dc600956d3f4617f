#!/usr/bin/env bash
# publish-docs.sh ARCHIVE VERSION: adds the site of a version to the branch gh-pages, and lists all versions there.
# Needs REPOSITORY, the address to push to, and GH_TOKEN, which is handed to git in its environment alone.
set -euo pipefail
archive=$(realpath "$1") version=$2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.$REPOSITORY.extraheader"
GIT_CONFIG_VALUE_0="AUTHORIZATION: basic $(printf 'x-access-token:%s' "${GH_TOKEN:-}" | base64 -w0)"
export GIT_CONFIG_VALUE_0

cd "$work"
if ! git clone --quiet --depth 1 --branch gh-pages "$REPOSITORY" . 2>/dev/null; then
  git init --quiet --initial-branch gh-pages
  git remote add origin "$REPOSITORY"
fi
rm -rf "$version" latest
tar -xzf "$archive"
cp -r "$version" latest
touch .nojekyll
{
  echo '<!doctype html><html lang="en"><meta charset="utf-8"><title>dfsync documentation</title>'
  echo '<meta name="viewport" content="width=device-width"><h1>dfsync documentation</h1><ul>'
  echo '<li><a href="latest/">latest</a></li>'
  find . -maxdepth 1 -type d -name '[0-9]*' -printf '%f\n' | sort --version-sort --reverse |
    while read -r one; do echo "<li><a href=\"$one/\">$one</a></li>"; done
  echo '</ul></html>'
} >index.html
git add --all
git -c user.name=dfsync -c user.email=dfsync@users.noreply.github.com commit --quiet --message "Documentation of $version"
git push --quiet origin gh-pages

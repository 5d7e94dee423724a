#!/bin/bash
# SPDX-License-Identifier: MIT
# Makes dist/crmdesk-VERSION-MACHINE.dmg out of dist/crmdesk.app. NOT RUN on the machine it was written on;
# .github/workflows/installers.yml runs it on macOS, after `python3 packaging/run.py bundle`.
#
# SIGNING_IDENTITY   "Developer ID Application: ..." in the keychain; without it the app is signed ad hoc, and people
#                    must allow it in System Settings > Privacy & Security at the first start
# NOTARY_PROFILE     a profile kept by `xcrun notarytool store-credentials`; with it the image is notarised and stapled
#
# Install for everybody:   hdiutil attach crmdesk.dmg; cp -R /Volumes/crmdesk/crmdesk.app /Applications; hdiutil detach
# Accounts and what waits to be sent stay in ~/Library/Application Support/crmdesk.
set -eu
cd "$(dirname "$0")/../.."

version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' crmdesk/__init__.py)
app=dist/crmdesk.app
image=dist/crmdesk-$version-$(uname -m).dmg
[ -d "$app" ] || { echo "There is no $app yet: python3 packaging/run.py bundle makes it." >&2; exit 2; }

# Inner files first, the app last: a signature covers what it finds signed.
identity=${SIGNING_IDENTITY:--}
hardened=
[ "$identity" = - ] || hardened="--options runtime --timestamp --entitlements packaging/macos/entitlements.plist"
find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' -o -perm -u+x \) -print0 |
    while IFS= read -r -d '' file; do
        # shellcheck disable=SC2086  # several words on purpose
        if file -b "$file" | grep -q Mach-O; then codesign --force $hardened --sign "$identity" "$file"; fi
    done
# shellcheck disable=SC2086
codesign --force $hardened --sign "$identity" "$app"
codesign --verify --deep --strict "$app"

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cp -R "$app" "$stage/"
ln -s /Applications "$stage/Applications"
rm -f "$image"
hdiutil create -quiet -volname crmdesk -srcfolder "$stage" -fs HFS+ -format UDZO "$image"
if [ -n "${NOTARY_PROFILE:-}" ]; then
    codesign --force --timestamp --sign "$identity" "$image"
    xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
fi
echo "$image"

#!/bin/sh
# Moments of a session in the terminal, as pictures in docs/: a real graft runs in
# tmux, docs/terminal.py turns its screen into a page, a browser photographs it.
# Needs tmux, chromium and python3.
#   docs/moments.sh [graft, default ./graft]
set -eu
graft=$(realpath "${1:-./graft}")
cd "$(dirname "$0")"
work=$(mktemp -d)
server="moments-$$"
trap 'tmux -L "$server" kill-server 2>/dev/null || true; rm -rf "$work"' EXIT
kept=${GRAFT_CACHE:-$HOME/.cache/graft}/packages
mkdir -p "$kept" "$work/cache"
ln -s "$kept" "$work/cache/packages" # networks and photographs; the history begins empty
t() { tmux -u -L "$server" "$@"; }
t -f /dev/null new-session -d -x 104 -y 34 -e "GRAFT_CACHE=$work/cache" -e LANG=C.UTF-8 -e COLORTERM=truecolor "'$graft'"
t set -g default-terminal tmux-256color
t set -ga terminal-overrides ',*:Tc'

# shows TEXT waits until it is on the screen.
shows() {
	tries=0
	until t capture-pane -p | grep -qF -- "$1"; do
		tries=$((tries + 1))
		[ "$tries" -lt 1200 ] || { t capture-pane -p; echo "moments: no \"$1\"" >&2; exit 1; }
		sleep 0.1
	done
}

# cell TEXT runs a cell and waits for the next prompt.
n=1
cell() {
	t send-keys -l "$1"
	t send-keys Enter
	n=$((n + 1))
	shows "In [$n]:"
}

# picture NAME photographs the screen, without the empty rows below.
picture() {
	t capture-pane -p -e | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' >"$work/screen"
	python3 terminal.py <"$work/screen" >"$work/screen.html"
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --screenshot="$1" \
		--window-size="990,$((40 + 18 * $(wc -l <"$work/screen")))" "file://$work/screen.html" >"$work/log" 2>&1
}

shows "In [1]:"
cell 'names := []string{"crack", "dent"}'
t send-keys -l 'for i, name := range names {'
t send-keys Enter
t send-keys -l 'strings.Re'
t send-keys Tab
shows "Repeat"
t send-keys Down
shows "copies of the string s."
picture terminal-complete.png

# clear empties the prompt and the screen.
clear() {
	t send-keys C-c
	shows '^C'
	t send-keys C-l
	until [ "$(t capture-pane -p | grep -c .)" = 1 ]; do sleep 0.1; done
}

clear
cell 'cells := graft.Dataset("elpv")'
cell 'train, valid, test := cells.Split(100, 100, 100)'
cell 'm := graft.ImageClassifier("mobilnet_v2", train, graft.Valid(valid))'
cell 'defects := train.Clases()'
picture terminal-error.png

cell 'm := graft.ImageClassifier("mobilenet_v2.tv_in1k", train, graft.Valid(valid))'
cell 'm.Freeze(); m.Fit(5)'
t send-keys -l 'x'
clear
cell 'm.Unfreeze("last 2")'
t send-keys -l 'm.Fit(6, graft.OneCycle(1e-3))'
t send-keys Enter
shows "epoch 3/6"
picture terminal-fit.png
t send-keys -l q
n=$((n + 1))
shows "In [$n]:"
t send-keys -l 'x'
clear
t send-keys C-r
t send-keys -l 'unfr'
shows 'Unfreeze'
picture terminal-search.png

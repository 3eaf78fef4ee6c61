package command

import (
	"strings"
	"testing"
	"time"

	"graft/lib/display"
)

func TestSpell(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 ns", 1: "1 ns", 1500: "1.5 µs", 12345678: "12.3 ms", 999_900: "1 ms", 1234567890: "1.23 s", 59 * time.Second: "59 s",
		75 * time.Second: "1 min 15 s", 3*time.Hour + 59*time.Minute + 59*time.Second: "3 h 59 min",
	} {
		if got := spell(d); got != want {
			t.Errorf("%d: %q, want %q", d, got, want)
		}
	}
}

// The list of commands fits a window of 80 columns and 24 lines with the prompt.
func TestManualFitsAWindow(t *testing.T) {
	text := manual().Data[display.Text].(string)
	lines := strings.Split(text, "\n")
	if len(lines) > 22 {
		t.Errorf("%d lines", len(lines))
	}
	for _, l := range lines {
		if len(l) > 79 {
			t.Errorf("%d bytes: %s", len(l), l)
		}
	}
	for _, r := range Rows() {
		if r.Help == "" || strings.HasSuffix(r.Help, ".") || r.More != "" && !strings.HasSuffix(r.More, ".") {
			t.Errorf("%s: %q %q", r.Name, r.Help, r.More)
		}
	}
}

// What a notebook that is passed on should not tell.
func TestSecretsOfTheEnvironment(t *testing.T) {
	for pair, want := range map[string]string{
		"HF_TOKEN=x": "•••", "AWS_SECRET_ACCESS_KEY=x": "•••", "DB_PASS=x": "•••", "BORG_PASSPHRASE=x": "•••", "PGPASSWORD=x": "•••", "MYSQL_PWD=x": "•••",
		"HF_TOKEN=": "", "PWD=/home": "/home", "OLDPWD=/": "/", "KEYBOARD=de": "de", "COMPASS=n": "n",
		"https_proxy=http://me:pw@host:80/": "http://•••@host:80/", "HOST=http://host:80/a@b": "http://host:80/a@b",
	} {
		name, value, _ := strings.Cut(pair, "=")
		if got := shown(name, value); got != want {
			t.Errorf("%s: %q, want %q", pair, got, want)
		}
	}
}

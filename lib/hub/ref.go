package hub

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// ref is a parsed Source.Ref.
type ref struct {
	text    string // as written
	scheme  string
	name    string // package, repository or path
	version string // or revision
}

// forms says, by scheme, what follows the colon: two groups, name and version.
var forms = map[string]*regexp.Regexp{
	"pypi":  regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9][A-Za-z0-9.!+_-]*)$`),
	"npm":   regexp.MustCompile(`^((?:@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*)@([0-9][A-Za-z0-9.+-]*)$`),
	"maven": regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9._-]*:[A-Za-z0-9][A-Za-z0-9._-]*):([A-Za-z0-9][A-Za-z0-9._-]*)$`),
	"deb":   regexp.MustCompile(`^([a-z0-9][a-z0-9.+-]*)=([A-Za-z0-9][A-Za-z0-9.+:~-]*)$`),
	"hf":    regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*)(?:@([A-Za-z0-9][A-Za-z0-9._/-]*))?$`),
	"dir":   regexp.MustCompile(`^(.+)()$`),
	"file":  regexp.MustCompile(`^(.+)()$`),
}

// examples complete the sentence "write it as ...".
var examples = map[string]string{
	"pypi":  "pypi:NAME==VERSION",
	"npm":   "npm:NAME@VERSION",
	"maven": "maven:GROUP:NAME:VERSION",
	"deb":   "deb:NAME=VERSION",
	"hf":    "hf:owner/name, or hf:owner/name@revision",
	"dir":   "dir:PATH",
	"file":  "file:PATH",
}

func parse(text string) (ref, error) {
	scheme, rest, _ := strings.Cut(text, ":")
	form := forms[scheme]
	if form == nil {
		return ref{}, fmt.Errorf("hub: unknown source %q (write hf:owner/name, file:PATH, dir:PATH, pypi:NAME==VERSION, npm:NAME@VERSION, maven:GROUP:NAME:VERSION or deb:NAME=VERSION)", text)
	}
	m := form.FindStringSubmatch(rest)
	if m == nil || strings.Contains(m[2], "..") {
		return ref{}, fmt.Errorf("hub: malformed source %q (write it as %s)", text, examples[scheme])
	}
	r := ref{text: text, scheme: scheme, name: m[1], version: m[2]}
	if scheme == "hf" && r.version == "" {
		r.version = "main"
	}
	return r, nil
}

func (r ref) local() bool { return r.scheme == "dir" || r.scheme == "file" }

// title is the name that progress shows.
func (r ref) title() string { return r.name[strings.LastIndexByte(r.name, '/')+1:] }

// slug is a file name that no other ref has.
func (r ref) slug() string { return url.PathEscape(r.text) }

// place is where the cache keeps what s asks for.
func (r ref) place(s Source) string {
	root := filepath.Join(CacheDir(), "packages", r.slug())
	if s.File == "" {
		return filepath.Join(root, "all")
	}
	return filepath.Join(root, "part", filepath.FromSlash(s.File))
}

// cached returns what s asks for if it is here and sealed, or local.
func (r ref) cached(s Source) (string, bool) {
	switch {
	case r.local():
		path, err := r.find(s)
		return path, err == nil
	case r.scheme == "hf":
		return r.cachedHF(s)
	}
	path := r.place(s)
	return path, sealed(path, s)
}

// find returns the path of a dir: or file: source.
func (r ref) find(s Source) (string, error) {
	path, err := expandHome(r.name)
	if err != nil {
		return "", err
	}
	if s.File != "" {
		if !filepath.IsLocal(filepath.FromSlash(s.File)) {
			return "", fmt.Errorf("hub: %q leaves the folder %q (use a path inside it)", s.File, r.name)
		}
		path = filepath.Join(path, filepath.FromSlash(s.File))
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("hub: %q: %w (check the path; a relative one starts at the working folder)", r.text, err)
	}
	if r.scheme == "file" && info.IsDir() {
		return "", fmt.Errorf("hub: %q is a folder (write dir:%s)", r.text, r.name)
	}
	if err := verify(path, s.Size, s.SHA256); err != nil {
		return "", fmt.Errorf("hub: %q: %w", r.text, err)
	}
	return path, nil
}

func expandHome(path string) (string, error) {
	rest, ok := strings.CutPrefix(path, "~/")
	if !ok {
		return path, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("hub: %q: no home folder (set HOME, or write the whole path): %w", path, err)
	}
	return filepath.Join(home, rest), nil
}

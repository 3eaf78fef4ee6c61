package spec

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

//go:embed graft_papermill.py
var translator string

// wheelVersion changes with the translator.
const wheelVersion = "0.1"

// Wheel writes the Python package by which papermill learns to write parameters in
// Go, for pip to install where papermill is. papermill has no translator for Go, and
// takes one from nothing but Python.
func Wheel(dir string) (path string, err error) {
	const info = "graft_papermill-" + wheelVersion + ".dist-info/"
	content := [][2]string{
		{"graft_papermill.py", translator},
		{info + "METADATA", "Metadata-Version: 2.1\nName: graft-papermill\nVersion: " + wheelVersion +
			"\nSummary: parameters in Go for papermill, for notebooks that run in graft\nLicense: Apache-2.0\n"},
		{info + "WHEEL", "Wheel-Version: 1.0\nGenerator: graft\nRoot-Is-Purelib: true\nTag: py3-none-any\n"},
		{info + "entry_points.txt", "[papermill.engine]\ngraft = graft_papermill:Engine\n"},
	}
	var record strings.Builder
	for _, f := range content {
		sum := sha256.Sum256([]byte(f[1]))
		fmt.Fprintf(&record, "%s,sha256=%s,%d\n", f[0], base64.RawURLEncoding.EncodeToString(sum[:]), len(f[1]))
	}
	record.WriteString(info + "RECORD,,\n")
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range append(content, [2]string{info + "RECORD", record.String()}) {
		w, err := z.Create(f[0])
		if err == nil {
			_, err = w.Write([]byte(f[1]))
		}
		if err != nil {
			return "", fmt.Errorf("spec: wheel: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return "", fmt.Errorf("spec: wheel: %w", err)
	}
	path = filepath.Join(dir, "graft_papermill-"+wheelVersion+"-py3-none-any.whl")
	if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
		return "", fmt.Errorf("spec: wheel: %w", err)
	}
	return path, nil
}

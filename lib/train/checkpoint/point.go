package checkpoint

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

func pointName(number int) string { return fmt.Sprintf("%s%08d.json", pointPrefix, number) }

// Points lists the numbers of the points in folder, the newest first.
func Points(folder string) []int {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	var list []int
	for _, e := range entries {
		text, ok := strings.CutPrefix(strings.TrimSuffix(e.Name(), ".json"), pointPrefix)
		if n, err := strconv.Atoi(text); ok && err == nil {
			list = append(list, n)
		}
	}
	slices.Sort(list)
	slices.Reverse(list)
	return list
}

// ReadPoint reads the point of a number in folder into what its JSON fits. Whether its
// parts are whole is for [Check].
func ReadPoint(folder string, number int, into any) error {
	raw, err := os.ReadFile(filepath.Join(folder, pointName(number)))
	if err != nil {
		return err
	}
	body, sum, ok := bytes.Cut(raw, []byte("\n"))
	if want := fmt.Sprintf("%x\n", sha256.Sum256(body)); !ok || string(sum) != want {
		return fmt.Errorf("%s is damaged: its digest is another", pointName(number))
	}
	var h head
	if err := json.Unmarshal(body, &h); err != nil {
		return fmt.Errorf("%s: %w", pointName(number), err)
	}
	if h.Format != Format {
		return fmt.Errorf("%s has format %d, this program reads %d (use the graft that wrote it)", pointName(number), h.Format, Format)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%s: %w", pointName(number), err)
	}
	return nil
}

func writePoint(folder string, number int, point any) error {
	raw, err := json.Marshal(point)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(raw)
	raw = fmt.Appendf(raw, "\n%x\n", sum)
	name, err := writeTemp(folder, func(w io.Writer) error { _, err := w.Write(raw); return err })
	if err != nil {
		return err
	}
	if err := os.Rename(name, filepath.Join(folder, pointName(number))); err != nil {
		return err
	}
	return syncFolder(folder)
}

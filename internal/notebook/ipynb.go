package notebook

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"graft/internal/whole"
)

// Parse reads the text of an .ipynb file.
func Parse(data []byte) (*Notebook, error) {
	var f fields
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	var format int
	if err := json.Unmarshal(f["nbformat"], &format); err != nil || format != 4 {
		return nil, fmt.Errorf("notebook format %s (want 4; jupyter nbconvert --to notebook converts older ones)", orNone(f["nbformat"]))
	}
	var cells []fields
	if err := json.Unmarshal(f["cells"], &cells); err != nil {
		return nil, fmt.Errorf("cells: %w", err)
	}
	delete(f, "cells")
	nb := &Notebook{fields: f}
	for i, c := range cells {
		cell, err := parseCell(c)
		if err != nil {
			return nil, fmt.Errorf("cell %d: %w", i+1, err)
		}
		nb.Cells = append(nb.Cells, cell)
	}
	return nb, nil
}

func orNone(raw json.RawMessage) string {
	if raw == nil {
		return "missing"
	}
	return string(raw)
}

func parseCell(f fields) (*Cell, error) {
	c := &Cell{fields: f}
	if err := json.Unmarshal(f["cell_type"], &c.Kind); err != nil {
		return nil, errors.New("no cell_type")
	}
	source, err := text(f["source"])
	if err != nil {
		return nil, fmt.Errorf("source: %w", err)
	}
	c.Source = source
	if c.Kind != Code {
		return c, nil
	}
	// A count of null is a cell that has not run.
	_ = json.Unmarshal(f["execution_count"], &c.Count)
	if raw, ok := f["outputs"]; ok {
		if err := json.Unmarshal(raw, &c.Outputs); err != nil {
			return nil, fmt.Errorf("outputs: %w", err)
		}
	}
	return c, nil
}

// text reads a string that may be stored as a list of lines.
func text(raw json.RawMessage) (string, error) {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s, nil
	}
	var lines []string
	if err := json.Unmarshal(raw, &lines); err != nil {
		return "", errors.New("neither a string nor a list of lines")
	}
	return strings.Join(lines, ""), nil
}

// lines is how notebooks store text: one string for each line, ends included.
func lines(s string) []string {
	out := []string{}
	for line := range strings.Lines(s) {
		out = append(out, line)
	}
	return out
}

// Encode returns the text of the .ipynb file, laid out as Jupyter does: sorted
// keys, one space of indentation.
func (nb *Notebook) Encode() ([]byte, error) {
	top := map[string]any{"metadata": metadata(), "nbformat": 4, "nbformat_minor": 5}
	for k, v := range nb.fields {
		top[k] = v
	}
	cells := []any{}
	for _, c := range nb.Cells {
		cells = append(cells, c.encode())
	}
	top["cells"] = cells
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(top); err != nil {
		return nil, fmt.Errorf("notebook: %w", err)
	}
	return buf.Bytes(), nil
}

func (c *Cell) encode() map[string]any {
	out := map[string]any{"metadata": struct{}{}}
	for k, v := range c.fields {
		out[k] = v
	}
	if c.fields == nil {
		out["id"] = strings.ToLower(rand.Text()[:8])
	}
	out["cell_type"] = c.Kind
	out["source"] = lines(c.Source)
	if c.Kind != Code {
		return out
	}
	out["execution_count"] = nil
	if c.Count > 0 {
		out["execution_count"] = c.Count
	}
	out["outputs"] = c.Outputs
	if c.Outputs == nil {
		out["outputs"] = []Output{}
	}
	return out
}

// metadata is that of a notebook made from a cell file.
func metadata() any {
	return map[string]any{
		"kernelspec":    map[string]string{"display_name": "Go (graft)", "language": "go", "name": "graft"},
		"language_info": map[string]string{"name": "go", "file_extension": ".go", "mimetype": "text/x-go"},
	}
}

// Write writes the notebook to path, whole or not at all.
func (nb *Notebook) Write(path string) error {
	data, err := nb.Encode()
	if err != nil {
		return err
	}
	return write(path, data)
}

// WriteCells writes the cells to path as a cell file, see [Notebook.Text], whole or
// not at all.
func (nb *Notebook) WriteCells(path string) error { return write(path, []byte(nb.Text())) }

func write(path string, data []byte) error {
	err := whole.Write(path, 0o644, func(f *os.File) error { _, err := f.Write(data); return err })
	if err != nil {
		return fmt.Errorf("notebook: %w", err)
	}
	return nil
}

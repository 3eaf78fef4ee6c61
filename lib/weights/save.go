package weights

import "errors"

// Save writes tensors as a safetensors file: to a temporary file in the same
// folder first, then renamed, so a reader never sees half of it. The same
// tensors and metadata give the same bytes. Names must be unique.
func Save(path string, tensors []Tensor, metadata map[string]string) error {
	return errors.New("weights: writer not built yet")
}

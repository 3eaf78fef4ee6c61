package event

import (
	"encoding/json"
	"maps"

	"graft/lib/display"
)

// JSON returns a bundle's MIME types and metadata as Jupyter stores and sends
// them: binary types in base64, without what only a terminal reads and what is
// between library and front end. A type that cannot be encoded is replaced by a
// text that says why.
func JSON(b display.Bundle) (data, metadata map[string]any) {
	data, metadata = map[string]any{}, map[string]any{}
	for mime, v := range b.Data {
		if mime == display.Terminal {
			continue
		}
		raw, err := json.Marshal(v)
		if err != nil {
			raw, _ = json.Marshal("graft: " + mime + " cannot be encoded: " + err.Error())
		}
		data[mime] = json.RawMessage(raw)
	}
	maps.Copy(metadata, b.Metadata)
	delete(metadata, display.LineKey)
	return data, metadata
}

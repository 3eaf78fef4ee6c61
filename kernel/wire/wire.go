// Package wire is the Jupyter messaging protocol (version 5.5) as data: messages,
// their framing and their signatures. It is pure; the sockets are package
// socket's, as opposed to what goes through them, and what messages do is package
// kernel's.
//
//	key := wire.NewKey("secret")
//	frames, err := key.Encode(wire.Message{Header: header, Content: wire.Status{ExecutionState: "busy"}})
//	msg, err := key.Decode(frames)
package wire

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Version is the protocol version that graft speaks.
const Version = "5.5"

// Header identifies a message.
type Header struct {
	ID       string `json:"msg_id"`
	Session  string `json:"session"`
	Username string `json:"username"`
	Date     string `json:"date"` // ISO 8601
	Type     string `json:"msg_type"`
	Version  string `json:"version"`
}

// Time is when the sender made the message, zero if it does not say.
func (h Header) Time() time.Time {
	t, _ := time.Parse(time.RFC3339Nano, h.Date)
	return t
}

// NewHeader returns the header of a new message of a session.
func NewHeader(kind, session, username string) Header {
	return Header{
		ID: NewID(), Session: session, Username: username, Type: kind, Version: Version,
		Date: Date(time.Now()),
	}
}

// Date writes a time as messages do.
func Date(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z07:00") }

// NewID returns an identifier for a message or a session.
func NewID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// Message is one message. Of those that were received, the raw fields hold JSON
// as it came; those to be sent take any values.
type Message struct {
	// Peers are the routing frames in front; of a received message, what a reply
	// must begin with. On IOPub, the topic.
	Peers   [][]byte
	Header  Header
	Parent  json.RawMessage // header of the message that this one answers; nil for none
	Meta    any             // nil for {}
	Content any
	Buffers [][]byte

	raw rawParts
}

type rawParts struct{ header, content json.RawMessage }

// RawHeader is the header as it came, for the parent field of answers: fields
// that graft does not know survive.
func (m Message) RawHeader() json.RawMessage { return m.raw.header }

// Read decodes the content into v.
func (m Message) Read(v any) error {
	if err := json.Unmarshal(m.raw.content, v); err != nil {
		return fmt.Errorf("wire: content of %s: %w", m.Header.Type, err)
	}
	return nil
}

// ParentID is the message ID of the parent header, empty if there is none.
func (m Message) ParentID() string {
	var h Header
	_ = json.Unmarshal(m.Parent, &h)
	return h.ID
}

// delimiter parts the routing frames from the message.
var delimiter = []byte("<IDS|MSG>")

// Why messages are refused.
var (
	ErrFraming   = errors.New("wire: not a message (no delimiter, or too few frames)")
	ErrSignature = errors.New("wire: wrong signature")
	ErrReplay    = errors.New("wire: signature was used before")
)

// remembered is how many signatures a key keeps to find replays.
const remembered = 1 << 16

// Key signs messages and checks signatures with HMAC-SHA256. It is safe for
// concurrent use.
type Key struct {
	secret []byte

	mu   sync.Mutex
	seen map[string]bool
	ring []string
	next int
}

// NewKey returns the key of a connection file; an empty one turns signing off.
func NewKey(secret string) *Key {
	return &Key{secret: []byte(secret), seen: map[string]bool{}}
}

// Sign returns the signature of a message's four parts, nil if signing is off.
func (k *Key) Sign(parts ...[]byte) []byte {
	if len(k.secret) == 0 {
		return nil
	}
	mac := hmac.New(sha256.New, k.secret)
	for _, p := range parts {
		mac.Write(p)
	}
	return hex.AppendEncode(nil, mac.Sum(nil))
}

// check compares in constant time and refuses what it has seen before.
func (k *Key) check(signature []byte, parts ...[]byte) error {
	if len(k.secret) == 0 {
		return nil
	}
	if !hmac.Equal(signature, k.Sign(parts...)) {
		return ErrSignature
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.seen[string(signature)] {
		return ErrReplay
	}
	k.remember(string(signature))
	return nil
}

func (k *Key) remember(s string) {
	k.seen[s] = true
	if len(k.ring) < remembered {
		k.ring = append(k.ring, s)
		return
	}
	delete(k.seen, k.ring[k.next])
	k.ring[k.next] = s
	k.next = (k.next + 1) % remembered
}

// Decode checks and parses the frames of a message. It copies nothing.
func (k *Key) Decode(frames [][]byte) (Message, error) {
	i := 0
	for i < len(frames) && !bytes.Equal(frames[i], delimiter) {
		i++
	}
	if len(frames)-i < 6 {
		return Message{}, ErrFraming
	}
	signature, parts := frames[i+1], frames[i+2:i+6]
	if err := k.check(signature, parts...); err != nil {
		return Message{}, err
	}
	for n, name := range []string{"header", "parent header", "metadata", "content"} {
		if !isObject(parts[n]) {
			return Message{}, fmt.Errorf("wire: %s is no JSON object", name)
		}
	}
	m := Message{Peers: frames[:i], Parent: parts[1], Buffers: frames[i+6:]}
	m.raw = rawParts{header: parts[0], content: parts[3]}
	m.Meta, m.Content = json.RawMessage(parts[2]), json.RawMessage(parts[3])
	if err := json.Unmarshal(parts[0], &m.Header); err != nil {
		return Message{}, fmt.Errorf("wire: header: %w", err)
	}
	if m.Header.ID == "" || m.Header.Type == "" {
		return Message{}, errors.New("wire: header without msg_id or msg_type")
	}
	return m, nil
}

func isObject(b []byte) bool {
	b = bytes.TrimLeft(b, " \t\r\n")
	return len(b) > 0 && b[0] == '{' && json.Valid(b)
}

// Encode returns the frames of a message, signed.
func (k *Key) Encode(m Message) ([][]byte, error) {
	parent := m.Parent
	if parent == nil {
		parent = json.RawMessage("{}")
	}
	parts := make([][]byte, 4)
	for i, v := range []any{m.Header, parent, orEmpty(m.Meta), orEmpty(m.Content)} {
		raw, err := json.Marshal(v)
		if err != nil {
			return nil, fmt.Errorf("wire: %s: %w", m.Header.Type, err)
		}
		parts[i] = raw
	}
	frames := append([][]byte{}, m.Peers...)
	frames = append(frames, delimiter, k.Sign(parts...))
	frames = append(frames, parts...)
	return append(frames, m.Buffers...), nil
}

func orEmpty(v any) any {
	if v == nil {
		return struct{}{}
	}
	return v
}

package wire

import "encoding/json"

// The contents of requests that graft reads. A missing field takes the value that
// the protocol gives it.
type (
	// ExecuteRequest asks to run a cell.
	ExecuteRequest struct {
		Code            string            `json:"code"`
		Silent          bool              `json:"silent"`
		StoreHistory    *bool             `json:"store_history"` // default true, false if silent
		UserExpressions map[string]string `json:"user_expressions"`
		AllowStdin      *bool             `json:"allow_stdin"`   // default true
		StopOnError     *bool             `json:"stop_on_error"` // default true
	}
	// CodeRequest is the content of is_complete_request.
	CodeRequest struct {
		Code string `json:"code"`
	}
	// CursorRequest is the content of complete_request and inspect_request.
	CursorRequest struct {
		Code      string `json:"code"`
		CursorPos *int   `json:"cursor_pos"` // in code points; default the end
		Detail    int    `json:"detail_level"`
	}
	// HistoryRequest asks for past cells.
	HistoryRequest struct {
		Output  bool   `json:"output"`
		Raw     bool   `json:"raw"`
		Access  string `json:"hist_access_type"` // "range", "tail" or "search"
		Session int    `json:"session"`
		Start   int    `json:"start"`
		Stop    int    `json:"stop"`
		N       int    `json:"n"`
		Pattern string `json:"pattern"`
		Unique  bool   `json:"unique"`
	}
	// ShutdownRequest asks the kernel to end.
	ShutdownRequest struct {
		Restart bool `json:"restart"`
	}
	// Comm is the content of a front end's comm_open, comm_msg and comm_close.
	Comm struct {
		ID     string          `json:"comm_id"`
		Target string          `json:"target_name,omitempty"`
		Data   json.RawMessage `json:"data"`
	}
	// CommInfoRequest asks for the open comms of a target, "" for all.
	CommInfoRequest struct {
		Target string `json:"target_name"`
	}
	// InputReply is the line that the user entered.
	InputReply struct {
		Value string `json:"value"`
	}
)

// The contents that graft sends.
type (
	// Status tells on IOPub what the kernel does.
	Status struct {
		ExecutionState string `json:"execution_state"` // "starting", "busy" or "idle"
	}
	// Reply is a reply that says no more than "ok".
	Reply struct {
		Status string `json:"status"`
	}
	// Failure is the content of error messages and part of replies.
	Failure struct {
		Status    string   `json:"status,omitempty"` // "error" in replies
		Name      string   `json:"ename"`
		Value     string   `json:"evalue"`
		Traceback []string `json:"traceback"`
	}
	// KernelInfo describes the kernel.
	KernelInfo struct {
		Status          string       `json:"status"`
		Protocol        string       `json:"protocol_version"`
		Implementation  string       `json:"implementation"`
		ImplementationV string       `json:"implementation_version"`
		Language        LanguageInfo `json:"language_info"`
		Banner          string       `json:"banner"`
		Debugger        bool         `json:"debugger"`
		HelpLinks       []HelpLink   `json:"help_links"`
		Features        []string     `json:"supported_features"`
	}
	// LanguageInfo describes the language of cells.
	LanguageInfo struct {
		Name       string `json:"name"`
		Version    string `json:"version"`
		MIME       string `json:"mimetype"`
		Extension  string `json:"file_extension"`
		Lexer      string `json:"pygments_lexer"`
		CodeMirror string `json:"codemirror_mode"`
		Exporter   string `json:"nbconvert_exporter"`
	}
	// HelpLink is an entry of the front end's help menu.
	HelpLink struct {
		Text string `json:"text"`
		URL  string `json:"url"`
	}
	// ExecuteInput tells other front ends which code runs.
	ExecuteInput struct {
		Code  string `json:"code"`
		Count int    `json:"execution_count"`
	}
	// ExecuteReply ends a cell that succeeded.
	ExecuteReply struct {
		Status      string         `json:"status"`
		Count       int            `json:"execution_count"`
		Payload     []Payload      `json:"payload"`
		Expressions map[string]any `json:"user_expressions"`
	}
	// ExecuteAborted is the reply to a cell that was not run.
	ExecuteAborted struct {
		Status string `json:"status"` // "aborted"
		Count  int    `json:"execution_count"`
	}
	// ExecuteMeta is the metadata of all of these; notebooks time cells by it.
	ExecuteMeta struct {
		Status  string `json:"status"`
		Started string `json:"started"` // as in [Header].Date
		Engine  string `json:"engine"`  // session of the kernel
		Met     bool   `json:"dependencies_met"`
	}
	// ExecuteFailure is the reply to a cell that failed.
	ExecuteFailure struct {
		Failure
		Count   int       `json:"execution_count"`
		Payload []Payload `json:"payload"`
	}
	// Payload asks the front end to show a pager.
	Payload struct {
		Source string         `json:"source"` // "page"
		Data   map[string]any `json:"data"`
		Start  int            `json:"start"`
	}
	// Stream is printed text.
	Stream struct {
		Name string `json:"name"`
		Text string `json:"text"`
	}
	// Display is the content of display_data, update_display_data and, with a
	// count, execute_result.
	Display struct {
		Count     int            `json:"execution_count,omitempty"`
		Data      map[string]any `json:"data"`
		Meta      map[string]any `json:"metadata"`
		Transient map[string]any `json:"transient"`
	}
	// ClearOutput takes output away.
	ClearOutput struct {
		Wait bool `json:"wait"`
	}
	// CompleteReply holds proposals; positions are code points.
	CompleteReply struct {
		Status  string         `json:"status"`
		Matches []string       `json:"matches"`
		Start   int            `json:"cursor_start"`
		End     int            `json:"cursor_end"`
		Meta    map[string]any `json:"metadata"`
	}
	// InspectReply describes a name.
	InspectReply struct {
		Status string         `json:"status"`
		Found  bool           `json:"found"`
		Data   map[string]any `json:"data"`
		Meta   map[string]any `json:"metadata"`
	}
	// IsCompleteReply is "complete", "incomplete" (with indent), "invalid" or "unknown".
	IsCompleteReply struct {
		Status string `json:"status"`
		Indent string `json:"indent"`
	}
	// HistoryReply holds [session, line, input] or [session, line, [input, output]].
	HistoryReply struct {
		Status  string   `json:"status"`
		History [][3]any `json:"history"`
	}
	// CommOut is the content of our comm_open, comm_msg and comm_close.
	CommOut struct {
		ID     string `json:"comm_id"`
		Target string `json:"target_name,omitempty"`
		Data   any    `json:"data"`
	}
	// CommInfoReply lists open comms.
	CommInfoReply struct {
		Status string         `json:"status"`
		Comms  map[string]any `json:"comms"`
	}
	// ConnectReply names the ports of the channels.
	ConnectReply struct {
		Status    string `json:"status"`
		Shell     int    `json:"shell_port"`
		Control   int    `json:"control_port"`
		Stdin     int    `json:"stdin_port"`
		IOPub     int    `json:"iopub_port"`
		Heartbeat int    `json:"hb_port"`
	}
	// ShutdownReply echoes the request.
	ShutdownReply struct {
		Status  string `json:"status"`
		Restart bool   `json:"restart"`
	}
	// InputRequest asks the user for a line.
	InputRequest struct {
		Prompt   string `json:"prompt"`
		Password bool   `json:"password"`
	}
	// Welcome greets a new subscriber of IOPub.
	Welcome struct {
		Subscription string `json:"subscription"`
	}
)

// Defaulted returns *p, or def if the field was missing.
func Defaulted(p *bool, def bool) bool {
	if p == nil {
		return def
	}
	return *p
}

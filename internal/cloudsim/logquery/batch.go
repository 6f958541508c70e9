package logquery

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// The definitions batchRequest and batchResponse of the published API.
type batchRequest struct {
	Requests []batchQuery `json:"requests"`
}

type batchQuery struct {
	ID        string            `json:"id"`
	Headers   map[string]string `json:"headers"`
	Body      queryBody         `json:"body"`
	Path      string            `json:"path"`
	Method    string            `json:"method"`
	Workspace string            `json:"workspace"`
}

type batchResponse struct {
	Responses []batchAnswer `json:"responses"`
}

type batchAnswer struct {
	ID      string            `json:"id"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`
}

// maxBatch is how many queries a batch may hold.
//
// Source: https://learn.microsoft.com/azure/azure-monitor/logs/api/batch-queries
const maxBatch = 100

// batch answers several queries, each with a status of its own.
func (s *Service) batch(w http.ResponseWriter, r *http.Request) {
	if !s.authorized(w, r) {
		return
	}
	var asked batchRequest
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&asked); err != nil {
		badArgument(w, "SyntaxError", "The body is not valid JSON.")
		return
	}
	if len(asked.Requests) == 0 || len(asked.Requests) > maxBatch {
		badArgument(w, "InvalidBatch", "A batch holds 1 to 100 requests.")
		return
	}
	answers := batchResponse{Responses: []batchAnswer{}}
	for _, query := range asked.Requests {
		answer := httptest.NewRecorder()
		if query.Method != http.MethodPost || query.Path != "/query" || query.ID == "" {
			badArgument(answer, "InvalidBatchRequest", "A request of a batch has an id, the method POST and the path /query.")
		} else {
			s.ask(answer, scope{workspace: query.Workspace}, query.Body, preferencesOf(query.header("Prefer")))
		}
		body := json.RawMessage(answer.Body.Bytes())
		if len(body) == 0 {
			body = json.RawMessage("null")
		}
		answers.Responses = append(answers.Responses, batchAnswer{query.ID, answer.Code, map[string]string{"Content-Type": "application/json; charset=utf-8"}, body})
	}
	simcore.WriteJSON(w, http.StatusOK, answers)
}

func (q batchQuery) header(name string) string {
	for given, value := range q.Headers {
		if strings.EqualFold(given, name) {
			return value
		}
	}
	return ""
}

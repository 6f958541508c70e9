package logquery

import (
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
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
	text, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err == nil {
		err = json.Unmarshal(text, &asked)
	}
	if err != nil {
		unreadableBody(w, err)
		return
	}
	if problem := asked.problem(); problem != "" {
		badArgument(w, "InvalidBatch", problem)
		return
	}
	answers := batchResponse{Responses: []batchAnswer{}}
	for _, query := range asked.Requests {
		answer := httptest.NewRecorder()
		s.askMember(answer, query)
		body := json.RawMessage(answer.Body.Bytes())
		if answer.Code == http.StatusNoContent {
			body = json.RawMessage(`{"error":{"code":"WorkspaceNotPlacedError"}}`)
		}
		answers.Responses = append(answers.Responses, batchAnswer{query.ID, answer.Code, map[string]string{"Content-Type": "application/json; charset=utf-8"}, body})
	}
	simcore.WriteJSON(w, http.StatusOK, answers)
}

// problem is why a batch fails whole, or "".
func (b batchRequest) problem() string {
	if len(b.Requests) == 0 || len(b.Requests) > maxBatch {
		return "A batch holds 1 to 100 requests."
	}
	ids := map[string]bool{}
	for _, query := range b.Requests {
		if query.ID == "" || query.Path == "" || query.Workspace == "" {
			return "A request of a batch has an id, a path and a workspace."
		}
		if ids[query.ID] {
			return "The ids of the requests of a batch differ."
		}
		ids[query.ID] = true
	}
	return ""
}

// askMember answers a request of a batch. Without a method it is a GET, whose
// body is ignored.
func (s *Service) askMember(w http.ResponseWriter, query batchQuery) {
	address, err := url.Parse(query.Path)
	method := cmp.Or(strings.ToUpper(query.Method), http.MethodGet)
	if err != nil || address.Path != "/query" || method != http.MethodPost && method != http.MethodGet {
		unknownPath(w)
		return
	}
	body := query.Body
	if method == http.MethodGet {
		body = queryOf(address.Query())
	}
	s.ask(w, scope{workspace: query.Workspace}, body, preferencesOf([]string{query.header("Prefer")}), true)
}

func (q batchQuery) header(name string) string {
	for given, value := range q.Headers {
		if strings.EqualFold(given, name) {
			return value
		}
	}
	return ""
}

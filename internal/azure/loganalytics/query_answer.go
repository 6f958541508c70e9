package loganalytics

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

// QueryResult is the answer to a query.
type QueryResult struct {
	// Columns have the service's type names ("string", "long", "datetime").
	Columns []Column
	// Rows are the cells' JSON exactly as the service sent it; each row has a
	// cell for each column.
	Rows [][]json.RawMessage
	// Partial is what the service says about rows that are missing; empty
	// when the answer is complete.
	Partial string
}

// RowCount returns how many rows there are.
func (r *QueryResult) RowCount() int { return len(r.Rows) }

// queryBody is the answer of Query_Post.
type queryBody struct {
	Tables []struct {
		Name    string `json:"name"`
		Columns []struct {
			Name string `json:"name"`
			Type string `json:"type"`
		} `json:"columns"`
		Rows *[][]json.RawMessage `json:"rows"`
	} `json:"tables"`
	Error *azure.ErrorBody `json:"error"`
}

// strangeAnswer is an answer that is no result and no refusal.
func strangeAnswer(workspaceID string, status int, problem string, body []byte) error {
	return &AnswerError{
		API: LogQuery, Target: "workspace " + workspaceID, Status: status, Remedy: notTheService, Problem: problem, Body: excerpt(body),
	}
}

// resultOf decides what an answer is: a result, which has a table of columns and
// rows that fit; the documented 204 of a workspace without data; a refusal;
// or none of these, an *AnswerError.
func (c *QueryClient) resultOf(response *http.Response, err error, workspaceID string) (*QueryResult, error) {
	if redirected(response) {
		return nil, strangeAnswer(workspaceID, http.StatusFound, "it is a redirection to "+response.Request.URL.Host, nil)
	}
	if response == nil || !isSuccess(response.StatusCode) {
		return nil, c.failed(err, workspaceID)
	}
	text, readErr := runtime.Payload(response)
	switch {
	case response.StatusCode == http.StatusNoContent:
		return &QueryResult{}, nil
	case readErr != nil:
		return nil, &ConnectionError{API: LogQuery, Target: "workspace " + workspaceID, Sent: true, Err: readErr}
	}
	return parseQueryResult(text, response.StatusCode, workspaceID)
}

// parseQueryResult reads the body of a success. The official client reads
// numbers as float64, which changes large ones; so it is read as it came.
func parseQueryResult(text []byte, status int, workspaceID string) (*QueryResult, error) {
	if len(text) == 0 {
		return nil, strangeAnswer(workspaceID, status, "with nothing; the service does so when the request's body or Content-Type was lost on the way", nil)
	}
	var body queryBody
	if err := json.Unmarshal(text, &body); err != nil {
		return nil, strangeAnswer(workspaceID, status, "not with the JSON of a query's result", text)
	}
	if body.Error != nil && body.Error.Code != "" && len(body.Tables) == 0 {
		return nil, &ServiceError{
			API: LogQuery, Target: "workspace " + workspaceID, Status: status,
			Code: body.Error.Code, Message: message(body.Error), InnerCodes: innerCodes(body.Error), Remedy: "The answer has no table: run the query again",
		}
	}
	if problem := body.problem(); problem != "" {
		return nil, strangeAnswer(workspaceID, status, problem, text)
	}
	return body.result(), nil
}

// problem says what keeps an answer from being a result; "" if nothing does.
func (b *queryBody) problem() string {
	if len(b.Tables) == 0 {
		return "without a table"
	}
	table := b.Tables[0]
	if len(table.Columns) == 0 || table.Rows == nil {
		return "with a table without columns or rows"
	}
	for _, column := range table.Columns {
		if column.Name == "" {
			return "with a column without a name"
		}
	}
	for i, row := range *table.Rows {
		if len(row) != len(table.Columns) {
			return fmt.Sprintf("row %d has %d cells for %d columns", i, len(row), len(table.Columns))
		}
	}
	return ""
}

func (b *queryBody) result() *QueryResult {
	result := &QueryResult{Rows: *b.Tables[0].Rows}
	for _, column := range b.Tables[0].Columns {
		result.Columns = append(result.Columns, Column{Name: column.Name, Type: column.Type})
	}
	if b.Error == nil {
		return result
	}
	if result.Partial = b.Error.Code; result.Partial == "" {
		result.Partial = "an error without a code"
	}
	if message := message(b.Error); message != "" {
		result.Partial += ": " + message
	}
	return result
}

// failed reads the refusal behind the official client's error.
func (c *QueryClient) failed(err error, workspaceID string) error {
	refusal := serviceErrorOf(err, c.clock.Now())
	if refusal == nil {
		if failure.IsFinal(err) {
			return fmt.Errorf("could not query workspace %s: %w", workspaceID, err)
		}
		return &queryError{workspaceID: workspaceID, ConnectionError: &ConnectionError{API: LogQuery, Target: "workspace " + workspaceID, Err: err}}
	}
	refusal.API, refusal.Target, refusal.Remedy = LogQuery, "workspace "+workspaceID, queryRemedy(refusal)
	return refusal
}

// queryError is a query without an answer.
type queryError struct {
	workspaceID string
	*ConnectionError
}

// Error names the workspace.
func (e *queryError) Error() string {
	return fmt.Sprintf("could not query workspace %s: %s", e.workspaceID, e.Err)
}

// Unwrap returns the connection's error.
func (e *queryError) Unwrap() error { return e.ConnectionError }

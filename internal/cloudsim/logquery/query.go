package logquery

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logquery/kql"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// The definitions errorResponse, errorInfo, queryResults, table and column of
// the published API.
type errorBody struct {
	Error errorInfo `json:"error"`
}

type errorInfo struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	// Line, Position and Token say where the query could not be read.
	Line       int        `json:"line,omitempty"`
	Position   *int       `json:"pos,omitempty"`
	Token      string     `json:"token,omitempty"`
	InnerError *errorInfo `json:"innererror,omitempty"`
	// Details are sent of bodies that cannot be read.
	Details []errorDetail `json:"details,omitempty"`
}

type errorDetail struct {
	Code    string  `json:"code"`
	Message string  `json:"message"`
	Target  *string `json:"target"`
}

// refusal is an error answer.
type refusal struct {
	status int
	info   errorInfo
}

type queryResults struct {
	Tables []resultTable `json:"tables"`
	// Statistics and Render are sent when the Prefer header asks for them.
	Statistics *queryStatistics `json:"statistics,omitempty"`
	Render     map[string]any   `json:"render,omitempty"`
	// So are DataSources and Permissions.
	DataSources []dataSource `json:"dataSources,omitempty"`
	Permissions *permissions `json:"permissions,omitempty"`
	Error       *errorInfo   `json:"error,omitempty"`
}

type resultTable struct {
	Name    string              `json:"name"`
	Columns []resultColumn      `json:"columns"`
	Rows    [][]json.RawMessage `json:"rows"`
}

type resultColumn struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

type queryBody struct {
	Query      string   `json:"query"`
	Timespan   string   `json:"timespan"`
	Workspaces []string `json:"workspaces"`
}

func refuse(w http.ResponseWriter, status int, info errorInfo) {
	simcore.WriteJSON(w, status, errorBody{info})
}

// badArgument wraps a defect of the query as the service does.
func badArgument(w http.ResponseWriter, code, message string, inner ...errorInfo) {
	defect := &errorInfo{Code: code, Message: message}
	if len(inner) > 0 && inner[0].Details != nil {
		defect.Details = inner[0].Details
	} else if len(inner) > 0 {
		defect.InnerError = &inner[0]
	}
	refuse(w, http.StatusBadRequest, errorInfo{
		Code: "BadArgumentError", Message: "The request had some invalid properties", InnerError: defect,
	})
}

// audiences are those of the three clouds and of the newer public host.
var audiences = []string{"https://api.loganalytics.io", "https://api.loganalytics.azure.com", "https://api.loganalytics.us", "https://api.loganalytics.azure.cn"}

// authorized answers itself unless the request may ask.
func (s *Service) authorized(w http.ResponseWriter, r *http.Request) bool {
	token, isBearer := simcore.Bearer(r.Header)
	switch {
	case r.Header.Get("Authorization") == "":
		refuse(w, http.StatusUnauthorized, errorInfo{Code: "AuthenticationFailed", Message: "Authentication failed. The 'Authorization' header is missing."})
		return false
	case !isBearer || s.verifier.Verify(token) != nil:
		refuse(w, http.StatusForbidden, errorInfo{Code: "InvalidAuthenticationToken", Message: "The access token is invalid."})
		return false
	case s.verifier.Verify(token, audiences...) != nil:
		refuse(w, http.StatusForbidden, errorInfo{Code: "InvalidAuthenticationTokenAudience", Message: "The access token has been obtained for a wrong audience or resource."})
		return false
	}
	return true
}

// query serves the queries of a workspace and of a resource.
func (s *Service) query(w http.ResponseWriter, r *http.Request, from scope) {
	if !s.authorized(w, r) {
		return
	}
	if body, ok := readQuery(w, r); ok {
		s.ask(w, from, body, preferencesOf(r.Header.Values("Prefer")), false)
	}
}

// ask runs a query that has been read; inBatch says that it is a member of a batch.
func (s *Service) ask(w http.ResponseWriter, from scope, body queryBody, wanted preferences, inBatch bool) {
	reached, refused := s.reachOf(from, body.Workspaces, inBatch)
	if refused != nil {
		refuse(w, refused.status, refused.info)
		return
	}
	if s.isEmpty(reached) && s.switches.Get(SwitchEmptyWorkspace) == "no_content" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	s.run(w, &visible{service: s, scope: reached}, body, wanted)
}

func (s *Service) isEmpty(reached reach) bool {
	return !slices.ContainsFunc(reached.workspaces, func(id string) bool {
		tables, _ := s.store.Tables(id)
		return len(tables) > 0
	})
}

// readQuery reads the request; it answers itself if there is nothing to run.
func readQuery(w http.ResponseWriter, r *http.Request) (queryBody, bool) {
	if r.Method == http.MethodGet {
		return queryOf(r.URL.Query()), true
	}
	text, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	var body queryBody
	if err != nil || simcore.MediaType(r.Header) != "application/json" || len(text) == 0 {
		// The service answers nothing at all in these cases.
		w.WriteHeader(http.StatusOK)
		return body, false
	}
	if err := json.Unmarshal(text, &body); err != nil {
		unreadableBody(w, err)
		return body, false
	}
	return body, true
}

// queryOf reads the query string of a GET.
func queryOf(parameters url.Values) queryBody {
	body := queryBody{Query: parameters.Get("query"), Timespan: parameters.Get("timespan")}
	if ids := parameters.Get("workspaces"); ids != "" {
		body.Workspaces = strings.Split(ids, ",")
	}
	return body
}

// unreadableBody answers to a body that is not JSON, or not of that shape.
//
// Source: https://learn.microsoft.com/azure/azure-monitor/logs/api/batch-queries
func unreadableBody(w http.ResponseWriter, err error) {
	detail := errorDetail{Code: "InvalidJsonBody", Message: "Unexpected end of JSON input"}
	wrongType := new(json.UnmarshalTypeError)
	syntax := new(json.SyntaxError)
	switch {
	case errors.As(err, &wrongType):
		detail.Message = fmt.Sprintf("Unexpected %s in JSON at position %d", strings.SplitN(wrongType.Value, " ", 2)[0], wrongType.Offset)
	case errors.As(err, &syntax) && !strings.HasPrefix(syntax.Error(), "unexpected end"):
		detail.Message = fmt.Sprintf("Unexpected token in JSON at position %d", syntax.Offset)
	}
	badArgument(w, "QueryValidationError", "Failed parsing the query", errorInfo{Details: []errorDetail{detail}})
}

func (s *Service) run(w http.ResponseWriter, data *visible, body queryBody, wanted preferences) {
	bounds, err := parseTimespan(body.Timespan, s.core.Clock.Now())
	if err != nil {
		badArgument(w, "InvalidTimespan", err.Error())
		return
	}
	query, err := kql.Parse(body.Query)
	if err != nil {
		badArgument(w, "SyntaxError", "A recognition error occurred in the query.", unreadable(err))
		return
	}
	result, err := query.Run(data, s.core.Clock.Now(), bounds)
	var semantic *kql.SemanticError
	if errors.As(err, &semantic) {
		badArgument(w, "SemanticError", "A semantic error occurred.", errorInfo{Code: semantic.Code(), Message: semantic.Message})
		return
	}
	if err != nil {
		badArgument(w, "SyntaxError", "A recognition error occurred in the query.", unreadable(err))
		return
	}
	results := s.results(result)
	wanted.complete(&results, data, result.Render)
	simcore.WriteJSON(w, http.StatusOK, results)
}

// unreadable places a syntax error as Kusto does, whose positions count from 0, and
// adds what the simulator has to say of what only it does not take.
func unreadable(err error) errorInfo {
	info := errorInfo{Code: "SYN0002", Message: err.Error()}
	if syntax := new(kql.SyntaxError); errors.As(err, &syntax) {
		position := syntax.Column - 1
		info.Line, info.Position, info.Token = syntax.Line, &position, syntax.Token
		info.Message = fmt.Sprintf("Query could not be parsed at '%s' on line [%d,%d]", syntax.Token, syntax.Line, position)
		if syntax.Unsupported {
			info.Message += ": " + syntax.Message
		}
	}
	return info
}

func (s *Service) results(result kql.Result) queryResults {
	primary := resultTable{Name: "PrimaryResult", Columns: []resultColumn{}, Rows: [][]json.RawMessage{}}
	for _, column := range result.Columns {
		primary.Columns = append(primary.Columns, resultColumn{Name: column.Name, Type: string(column.Type)})
	}
	answer := queryResults{}
	most := s.switches.Int(SwitchMaxRows)
	for i, row := range result.Rows {
		if i == most {
			answer.Error = partial("E_QUERY_RESULT_SET_TOO_LARGE", fmt.Sprintf("The results of this query exceed the set limit of %d records.", most))
			break
		}
		cells := make([]json.RawMessage, len(row))
		for j, cell := range row {
			cells[j] = kql.JSON(cell)
		}
		primary.Rows = append(primary.Rows, cells)
	}
	if result.Partial {
		answer.Error = partial("SimulatorRowsNotKept", "The simulator counted more rows than it keeps; the result covers only the first ones.")
	}
	answer.Tables = []resultTable{primary}
	return answer
}

func partial(code, message string) *errorInfo {
	return &errorInfo{Code: "PartialError", Message: "There were some errors when processing your query.", InnerError: &errorInfo{Code: code, Message: message}}
}

package aad

import (
	"fmt"
	"net/http"

	"github.com/google/uuid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// refusal is an OAuth error with its AADSTS code.
//
// Source: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
type refusal struct {
	status int
	name   string
	code   int
	text   string
}

func invalidRequest(code int, format string, args ...any) *refusal {
	return &refusal{status: http.StatusBadRequest, name: "invalid_request", code: code, text: fmt.Sprintf(format, args...)}
}

func invalidClient(code int, format string, args ...any) *refusal {
	return &refusal{status: http.StatusUnauthorized, name: "invalid_client", code: code, text: fmt.Sprintf(format, args...)}
}

func missingParameter(name string) *refusal {
	return invalidRequest(900144, "The request body must contain the following parameter: '%s'.", name)
}

type errorBody struct {
	Error            string `json:"error"`
	ErrorDescription string `json:"error_description"`
	ErrorCodes       []int  `json:"error_codes"`
	Timestamp        string `json:"timestamp"`
	TraceID          string `json:"trace_id"`
	CorrelationID    string `json:"correlation_id"`
	ErrorURI         string `json:"error_uri"`
}

func (s *Service) errorBody(r refusal) errorBody {
	body := errorBody{
		Error: r.name, ErrorCodes: []int{r.code},
		Timestamp: s.core.Clock.Now().Format("2006-01-02 15:04:05Z"),
		TraceID:   uuid.NewString(), CorrelationID: uuid.NewString(),
		ErrorURI: fmt.Sprintf("https://login.microsoftonline.com/error?code=%d", r.code),
	}
	body.ErrorDescription = fmt.Sprintf("AADSTS%d: %s Trace ID: %s Correlation ID: %s Timestamp: %s",
		r.code, r.text, body.TraceID, body.CorrelationID, body.Timestamp)
	return body
}

func (s *Service) refuse(w http.ResponseWriter, r *refusal) {
	body := s.errorBody(*r)
	w.Header().Set("x-ms-request-id", body.TraceID)
	simcore.WriteJSON(w, r.status, body)
}

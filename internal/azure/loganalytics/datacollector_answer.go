package loganalytics

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

const codeInvalidAuthorization = "InvalidAuthorization"

// dataCollectorAnswer is what is read of an answer.
type dataCollectorAnswer struct {
	status        int
	code, message string
	requestID     string
	date          time.Time
	retryAfter    time.Duration
	// foreign means that the answer is not what the service sends to a post
	// (a redirection, or an error without its body).
	foreign bool
	// body is how the answer's body begins, without white space around it.
	body []byte
}

// maxAnswerBytes bounds what is read of an answer.
const maxAnswerBytes = 64 << 10

// read fails on a body that breaks off: without its end, nobody knows what it is.
func (c *DataCollectorClient) read(response *http.Response) (dataCollectorAnswer, error) {
	answer := dataCollectorAnswer{status: response.StatusCode, requestID: response.Header.Get("x-ms-request-id")}
	answer.retryAfter, _ = wait.RetryAfter(response.Header, c.config.Clock.Now())
	if date, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		answer.date = date
	}
	if redirected(response) {
		answer.foreign, answer.status = true, http.StatusFound
		return answer, nil
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswerBytes))
	answer.body = bytes.TrimSpace(text)
	if err != nil {
		return answer, err
	}
	var body struct {
		Error   string  `json:"Error"`
		Message *string `json:"Message"`
	}
	answer.foreign = json.Unmarshal(text, &body) != nil || body.Error == ""
	answer.code = body.Error
	if body.Message != nil {
		answer.message = *body.Message
	}
	return answer, nil
}

// verdict turns the last answer into post's error. Success is what the
// service sends for it, a 200 without a body. Any other success is no answer,
// also with an error in it: it does not say that the records are not stored.
func (c *DataCollectorClient) verdict(answer dataCollectorAnswer, err error) error {
	if err != nil {
		return err
	}
	if answer.status == http.StatusOK && len(answer.body) == 0 {
		return nil
	}
	if isSuccess(answer.status) {
		return &AnswerError{
			API: DataCollector, Target: c.target(), Status: answer.status, Handled: true, Remedy: notTheService,
			Problem: "not as the service does, which accepts records with 200 and an empty body", Body: excerpt(answer.body),
		}
	}
	failure := &ServiceError{
		API: DataCollector, Target: c.target(), Status: answer.status,
		Code: answer.code, Message: answer.message, RequestID: answer.requestID, RetryAfter: answer.retryAfter,
	}
	failure.Remedy = c.remedy(answer)
	if c.looksRetired(answer) {
		return &RetiredError{Err: failure}
	}
	return failure
}

// looksRetired recognises answers that the service never gave to a right
// post while it was alive.
func (c *DataCollectorClient) looksRetired(answer dataCollectorAnswer) bool {
	if c.config.Clock.Now().Before(DataCollectorRetirement) {
		return false
	}
	switch {
	case answer.status == http.StatusGone || answer.status == http.StatusNotFound:
		return true
	case answer.status == http.StatusForbidden || answer.status >= 300 && answer.status < 400:
		return answer.foreign
	default:
		return false
	}
}

func (c *DataCollectorClient) remedy(answer dataCollectorAnswer) string {
	if answer.status == http.StatusForbidden && answer.code == codeInvalidAuthorization {
		return c.refusalCauses(answer)
	}
	if remedy, known := dataCollectorRemedies[answer.code]; known {
		return remedy
	}
	return dataCollectorRemediesByStatus[answer.status]
}

var dataCollectorRemedies = map[string]string{
	"InactiveCustomer":       "The workspace is closed: restore it, or send to another one",
	"InvalidApiVersion":      "The endpoint does not know api-version " + dataCollectorVersion + ": check the data_collector endpoint of the provider configuration",
	"InvalidCustomerId":      "Check workspace_id: it is the \"Workspace ID\" (a GUID) of the workspace's overview, not its resource id",
	"InvalidDataFormat":      "The service could not read the records. It takes only flat JSON objects; it does not say which record it means",
	"InvalidLogType":         "Check log_type: letters, digits and underscores, at most 100",
	"MissingApiVersion":      "Something between this machine and the service removed the query string: check proxies and the data_collector endpoint",
	"MissingContentType":     "Something between this machine and the service removed the Content-Type header: check proxies",
	"MissingLogType":         "Something between this machine and the service removed the Log-Type header: check proxies",
	"UnsupportedContentType": "Something between this machine and the service changed the Content-Type header, which must be application/json: check proxies",
	"UnspecifiedError":       "The service failed; try again later. It may have stored the records all the same",
	"ServiceUnavailable":     "The service takes no data at the moment; try again later",
}

var dataCollectorRemediesByStatus = map[int]string{
	http.StatusProxyAuthRequired:     proxyRemedy,
	http.StatusNotFound:              "Check the workspace id and the data_collector endpoint. The service also answers 404 to a request that is too large for it",
	http.StatusRequestEntityTooLarge: "The record is too large for the service: shorten or split it",
	http.StatusTooManyRequests:       "The workspace receives more data than it may take (500 MB a minute, compressed); try again later, or send less at once",
	http.StatusInternalServerError:   "The service failed; try again later. It may have stored the records all the same",
	http.StatusServiceUnavailable:    "The service takes no data at the moment; try again later",
}

// refusalCauses explains a 403, which the service gives for five causes
// without saying which. The clock is left out where the answer shows that it
// is right.
func (c *DataCollectorClient) refusalCauses(answer dataCollectorAnswer) string {
	c.mu.Lock()
	keys, corrected := len(c.keys), c.skewCorrected
	c.mu.Unlock()
	causes := []string{"the shared key is not, or no longer, a key of this workspace: compare it, or workspace_id, with the portal; keys may have been regenerated"}
	if keys > 1 {
		causes[0] = "neither the shared key nor the secondary key is, or still is, a key of this workspace: compare them, or workspace_id, with the portal"
	}
	switch {
	case corrected:
		causes = append(causes, "this machine's clock: it was wrong, and signing with the service's time did not help")
	case answer.date.IsZero():
		causes = append(causes, "this machine's clock: it could not be compared, because the answer had no Date header")
	}
	causes = append(causes,
		"a proxy changed the Content-Type, the length or the Authorization header",
		"local authentication is disabled on the workspace (disableLocalAuth), so that shared keys are refused",
		"public network access for ingestion is disabled; private links do not work with this API, use logs_ingestion",
	)
	for i := range causes {
		causes[i] = fmt.Sprintf("(%d) %s", i+1, causes[i])
	}
	return "The service does not say which of these causes it is: " + strings.Join(causes, "; ")
}

// withoutURL takes the request's URL off an error of net/http: it adds
// nothing to what the caller says.
func withoutURL(err error) error {
	if urlError, ok := errors.AsType[*url.Error](err); ok {
		return urlError.Err
	}
	return err
}

// HostGone reports whether an error says that no such host exists any more, or
// that it listens no more.
func HostGone(err error) bool {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return dns.IsNotFound
	}
	var operation *net.OpError
	return errors.As(err, &operation) && operation.Op == "dial"
}

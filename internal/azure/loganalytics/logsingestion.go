package loganalytics

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/monitor/ingestion/azlogs"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// LogsIngestionConfig says where and how to upload to the Logs Ingestion
// API.
type LogsIngestionConfig struct {
	// Endpoint is the logs ingestion endpoint of the data collection rule
	// or of a data collection endpoint, for example
	// https://name.eastus-1.ingest.monitor.azure.com.
	Endpoint string
	// RuleID is the data collection rule's immutable id ("dcr-...").
	RuleID string
	// Stream is a stream of the rule, for example "Custom-PacketCapture".
	Stream string
	// Credential fetches tokens for Azure Monitor.
	Credential azcore.TokenCredential
	// Options configure the official client; its own retries are replaced.
	Options policy.ClientOptions
	// Clock reads the dates of Retry-After; nil means the machine's.
	Clock wait.Clock
}

// LogsIngestionClient uploads records to one stream of a data collection
// rule. It is safe for concurrent use.
type LogsIngestionClient struct {
	config LogsIngestionConfig
	client *azlogs.Client
}

// NewLogsIngestionClient checks the configuration; it makes no call.
func NewLogsIngestionClient(config LogsIngestionConfig) (*LogsIngestionClient, error) {
	parsed, err := url.Parse(config.Endpoint)
	if err != nil || parsed.Scheme != "https" || parsed.Host == "" {
		return nil, fmt.Errorf("the logs ingestion endpoint %q must look like https://name.region.ingest.monitor.azure.com", config.Endpoint)
	}
	if config.RuleID == "" || config.Stream == "" {
		return nil, errors.New("the Logs Ingestion API needs the immutable id of a data collection rule and the name of one of its streams")
	}
	if config.Credential == nil {
		return nil, errors.New("the Logs Ingestion API needs a credential")
	}
	if config.Clock == nil {
		config.Clock = wait.SystemClock{}
	}
	options := config.Options
	// Only the caller knows which failed attempts may be repeated: a lost
	// answer must not make the client send the records once more.
	options.Retry = policy.RetryOptions{MaxRetries: -1}
	options.PerRetryPolicies = append(slices.Clone(options.PerRetryPolicies), progressPolicy{})
	client, err := azlogs.NewClient(strings.TrimRight(config.Endpoint, "/"), config.Credential, &azlogs.ClientOptions{ClientOptions: options})
	if err != nil {
		return nil, err
	}
	return &LogsIngestionClient{config: config, client: client}, nil
}

// API returns LogsIngestion.
func (c *LogsIngestionClient) API() API { return LogsIngestion }

func (c *LogsIngestionClient) target() string {
	return "data collection rule " + c.config.RuleID + ", stream " + c.config.Stream
}

// Post uploads one body. After a 401 it tries once more, because the client
// then fetches a fresh token.
func (c *LogsIngestionClient) Post(ctx context.Context, body Body) error {
	err := c.attempt(ctx, body)
	if isStatus(err, http.StatusUnauthorized) {
		err = c.attempt(ctx, body)
	}
	return err
}

func (c *LogsIngestionClient) attempt(ctx context.Context, body Body) error {
	var followed progress
	ctx = policy.WithRetryOptions(context.WithValue(ctx, progressKey{}, &followed), policy.RetryOptions{MaxRetries: -1})
	var response *http.Response
	ctx = policy.WithCaptureResponse(ctx, &response)
	_, err := c.client.Upload(ctx, c.config.RuleID, c.config.Stream, body.Encoded, &azlogs.UploadOptions{ContentEncoding: to.Ptr("gzip")})
	if strange := c.strange(response); strange != nil {
		return strange
	}
	if err == nil {
		return nil
	}
	if failure := serviceErrorOf(err, c.config.Clock.Now()); failure != nil {
		failure.API, failure.Target = LogsIngestion, c.target()
		failure.Remedy = logsIngestionRemedy(failure)
		return failure
	}
	if failure.IsFinal(err) && !followed.sent.Load() {
		return fmt.Errorf("could not get a token for the %s: %w", LogsIngestion, err)
	}
	return followed.connectionError(LogsIngestion, c.target(), withoutURL(err))
}

// strange returns an error for an answer that is neither the service's
// success, a 204, nor an error of its own; otherwise nil.
func (c *LogsIngestionClient) strange(response *http.Response) error {
	switch {
	case response == nil:
		return nil
	case redirected(response):
		return &AnswerError{
			API: LogsIngestion, Target: c.target(), Status: http.StatusFound, Remedy: notTheService, Problem: "it is a redirection to " + response.Request.URL.Host,
		}
	case response.StatusCode == http.StatusNoContent || !isSuccess(response.StatusCode):
		return nil
	}
	// The body only explains; what cannot be read of it is left out.
	text, _ := runtime.Payload(response)
	return &AnswerError{
		API: LogsIngestion, Target: c.target(), Status: response.StatusCode, Handled: true, Remedy: notTheService,
		Problem: "not as the service does, which accepts records with 204", Body: excerpt(text),
	}
}

func logsIngestionRemedy(failure *ServiceError) string {
	if remedy, known := logsIngestionRemedies[failure.Code]; known {
		return remedy
	}
	if failure.Status > http.StatusInternalServerError {
		return "The service failed; try again later"
	}
	return logsIngestionRemediesByStatus[failure.Status]
}

var logsIngestionRemedies = map[string]string{
	"InvalidStream":                       "The data collection rule has no such stream: check stream against the rule's streamDeclarations (those of custom tables begin with Custom-)",
	"RecordsTimeRangeIsMoreThan30Minutes": "The table has the Auxiliary plan, which takes only records whose TimeGenerated lie within 30 minutes of each other: send them in parts, or give the rule a transformation",
}

var logsIngestionRemediesByStatus = map[int]string{
	http.StatusBadRequest: "The service could not read the records: each must be an object, and tables with the Auxiliary plan take nested JSON only in dynamic columns",
	http.StatusUnauthorized: "The token was refused even after it was fetched anew: check that the provider's environment is the cloud of the data collection rule, " +
		"and that the rule's workspace is in the credential's tenant",
	http.StatusForbidden: "The credential needs the role Monitoring Metrics Publisher on the data collection rule; an assignment takes up to 30 minutes to take effect. " +
		"If the rule has a private link scope, send through its data collection endpoint",
	http.StatusProxyAuthRequired:     proxyRemedy,
	http.StatusNotFound:              "There is no such data collection rule at this endpoint: check rule_id (the immutable id, dcr-..., not the resource id) and endpoint (the rule's own, or its data collection endpoint's)",
	http.StatusRequestEntityTooLarge: "The record is too large for the service, which takes 1,048,576 bytes after gzip: shorten or split it",
	http.StatusTooManyRequests:       "The data collection rule receives more than it may take (2 GB or 12,000 requests a minute); try again later",
	http.StatusInternalServerError:   "The service failed; try again later",
}

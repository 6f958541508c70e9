package ingest

import (
	"errors"
	"net/http"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

// verdict is what the error of an attempt means for the next one.
type verdict int

const (
	// verdictAccepted is that of no error.
	verdictAccepted verdict = iota
	verdictFatal
	verdictRetry
	// verdictUnreachable means that the transport has given the host up.
	verdictUnreachable
	verdictTooLarge
	// verdictUnknown means that the records may have been stored.
	verdictUnknown
)

// suspiciousBytes is the size from which a 404 of the Data Collector API, or a
// connection that is cut again and again, is taken for "too large": the service
// uses the same answer for a wrong address, and some gateways cut what is too large
// for them.
const suspiciousBytes = 1 << 20

// verdictOf classifies the error of an attempt to send that many bytes, during
// which the connection was cut that often, this attempt included.
func verdictOf(err error, bytes, cuts int) verdict {
	var connection *loganalytics.ConnectionError
	var answer *loganalytics.AnswerError
	switch {
	case err == nil:
		return verdictAccepted
	case errors.As(err, &connection):
		switch {
		case connection.Sent:
			return verdictUnknown
		case cuts > 1 && bytes > suspiciousBytes:
			return verdictTooLarge
		case failure.IsFinal(connection.Err):
			return verdictUnreachable
		}
		return verdictRetry
	case errors.As(err, &answer) && answer.Handled:
		return verdictUnknown
	}
	if refusal, ok := errors.AsType[*loganalytics.ServiceError](err); ok {
		return verdictOfRefusal(refusal, bytes)
	}
	return verdictFatal
}

// leavesOpen reports whether the service, or what answered in its place, may have
// stored the records before it failed: of an error that is worth a repetition,
// all but throttling and the service's own word that it takes nothing.
//
// Source: https://learn.microsoft.com/azure/azure-monitor/logs/data-collector-api#return-codes
func leavesOpen(err error) bool {
	refusal, ok := errors.AsType[*loganalytics.ServiceError](err)
	if !ok {
		return false
	}
	unavailable := refusal.Status == http.StatusServiceUnavailable && refusal.Code != ""
	return refusal.Status != http.StatusTooManyRequests && !unavailable
}

func verdictOfRefusal(refusal *loganalytics.ServiceError, bytes int) verdict {
	switch refusal.Status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests,
		http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return verdictRetry
	case http.StatusRequestEntityTooLarge:
		return verdictTooLarge
	case http.StatusNotFound:
		if refusal.API == loganalytics.DataCollector && bytes > suspiciousBytes {
			return verdictTooLarge
		}
	}
	if refusal.API == loganalytics.LogsIngestion && refusal.Status > http.StatusInternalServerError {
		return verdictRetry
	}
	return verdictFatal
}

func isCut(err error) bool {
	var connection *loganalytics.ConnectionError
	return errors.As(err, &connection) && connection.Cut
}

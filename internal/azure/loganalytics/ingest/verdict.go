package ingest

import (
	"errors"
	"net/http"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
)

// verdict is what an attempt's error means for the next one.
type verdict int

const (
	verdictFatal verdict = iota
	verdictRetry
	verdictTooLarge
	verdictUnknown
)

// suspiciousBytes is the size from which the Data Collector API's 404 is
// taken for "too large" rather than for a wrong address: the service uses
// the same answer for both.
const suspiciousBytes = 1 << 20

// judge classifies the error of an attempt to send that many bytes.
func judge(err error, bytes int) verdict {
	var connection *loganalytics.ConnectionError
	if errors.As(err, &connection) {
		if connection.Sent {
			return verdictUnknown
		}
		return verdictRetry
	}
	var answer *loganalytics.AnswerError
	if errors.As(err, &answer) && answer.Handled {
		return verdictUnknown
	}
	if isNotYet(err) {
		return verdictRetry
	}
	var service *loganalytics.ServiceError
	if !errors.As(err, &service) {
		return verdictFatal
	}
	switch service.Status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests,
		http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return verdictRetry
	case http.StatusRequestEntityTooLarge:
		return verdictTooLarge
	case http.StatusNotFound:
		if service.API == loganalytics.DataCollector && bytes > suspiciousBytes {
			return verdictTooLarge
		}
	}
	if service.API == loganalytics.LogsIngestion && service.Status > http.StatusInternalServerError {
		return verdictRetry
	}
	return verdictFatal
}

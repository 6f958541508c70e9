package loganalytics

import (
	"fmt"
	"net/http"
	"strings"
)

// shownAnswerBytes is how much of an unexpected answer an error shows.
const shownAnswerBytes = 120

// excerpt quotes the beginning of an answer on one line.
func excerpt(body []byte) string {
	text := strings.Join(strings.Fields(strings.ToValidUTF8(string(body[:min(len(body), 4*shownAnswerBytes)]), "?")), " ")
	if text == "" {
		return ""
	}
	if runes := []rune(text); len(runes) > shownAnswerBytes {
		text = string(runes[:shownAnswerBytes]) + "..."
	}
	return fmt.Sprintf("%q", text)
}

// notTheService is what to do about answers that the service does not send.
const notTheService = "Something between this machine and the service may have answered, such as a proxy or the login page of a network: " +
	"check the network, the proxy settings and the endpoint of the provider configuration"

// proxyRemedy is what to do about a 407, which only proxies send.
const proxyRemedy = "The proxy between this machine and the service wants credentials: check HTTPS_PROXY and NO_PROXY"

// redirected reports whether an answer is not that to the POST, because the
// transport followed a redirection.
func redirected(response *http.Response) bool {
	return response != nil && response.Request != nil && response.Request.Method != http.MethodPost
}

// isSuccess reports whether a status says that a request was handled.
func isSuccess(status int) bool { return status >= 200 && status < 300 }

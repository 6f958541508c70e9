// Package messages holds every message that typical mistakes lead to, in one
// file that a person can read from top to bottom: testdata/messages.txt. Its
// tests are all there is.
package messages

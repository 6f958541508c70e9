package capture

import (
	"bytes"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
)

// Types of TLS records, RFC 8446 section 5.1.
const (
	recordChangeCipherSpec = 20
	recordAlert            = 21
	recordHandshake        = 22
	recordApplicationData  = 23

	recordHeaderLength = 5
	// maxRecordLength is of TLS 1.2 with its expansion.
	maxRecordLength = 1<<14 + 2048
)

// Types of handshake messages and extensions.
const (
	clientHello            = 1
	serverHello            = 2
	handshakeHeaderLength  = 4
	extensionServerName    = 0
	extensionSupported     = 43
	serverNameTypeHostname = 0
)

// feedTLS follows the records. It reports false when they are none.
func (a *Analyzer) feedTLS(s *stream, data []byte) bool {
	for len(data) > 0 {
		switch {
		case s.skip > 0:
			n := min(s.skip, len(data))
			s.skip -= n
			data = data[n:]
		case s.record > 0:
			n := min(s.record, len(data))
			s.buffer = append(s.buffer, data[:n]...)
			s.record -= n
			data = data[n:]
			if s.record == 0 {
				a.handshakeMessages(s)
			}
		default:
			n := min(recordHeaderLength-len(s.header), len(data))
			s.header = append(s.header, data[:n]...)
			data = data[n:]
			if len(s.header) == recordHeaderLength && !a.beginRecord(s) {
				return false
			}
		}
	}
	return len(s.buffer) <= maxMessage+maxRecordLength
}

func (a *Analyzer) beginRecord(s *stream) bool {
	kind, major := s.header[0], s.header[1]
	length := int(s.header[3])<<8 | int(s.header[4])
	s.header = s.header[:0]
	if kind < recordChangeCipherSpec || kind > recordApplicationData || major != 3 || length == 0 || length > maxRecordLength {
		return false
	}
	switch kind {
	case recordHandshake:
		s.record = length
		return true
	case recordAlert:
		a.summary.TLS.Alerts++
	}
	s.buffer, s.skip = s.buffer[:0], length
	return true
}

// handshakeMessages reads the hellos, and keeps the beginning of one that is not
// complete. What is no hello is encrypted, or of no interest here.
func (a *Analyzer) handshakeMessages(s *stream) {
	whole := len(s.buffer)
	defer func() {
		// The rest alone: the messages before it would stay in memory.
		if len(s.buffer) < whole {
			s.buffer = bytes.Clone(s.buffer)
		}
	}()
	for len(s.buffer) >= handshakeHeaderLength {
		kind, length := s.buffer[0], int(s.buffer[1])<<16|int(s.buffer[2])<<8|int(s.buffer[3])
		if kind != clientHello && kind != serverHello || length > maxMessage {
			s.buffer = s.buffer[:0]
			return
		}
		if len(s.buffer) < handshakeHeaderLength+length {
			return
		}
		body := cryptobyte.String(s.buffer[handshakeHeaderLength : handshakeHeaderLength+length])
		if kind == clientHello {
			a.clientHello(body)
		} else {
			a.serverHello(body)
		}
		s.buffer = s.buffer[handshakeHeaderLength+length:]
	}
}

// clientHello reads the server name, RFC 6066 section 3.
func (a *Analyzer) clientHello(body cryptobyte.String) {
	var session, ciphers, compressions, extensions cryptobyte.String
	if !body.Skip(2+32) || !body.ReadUint8LengthPrefixed(&session) || !body.ReadUint16LengthPrefixed(&ciphers) ||
		!body.ReadUint8LengthPrefixed(&compressions) {
		return
	}
	a.summary.TLS.ClientHellos++
	if !body.ReadUint16LengthPrefixed(&extensions) {
		return
	}
	eachExtension(extensions, func(kind uint16, content cryptobyte.String) {
		var list, name cryptobyte.String
		var nameType uint8
		if kind == extensionServerName && content.ReadUint16LengthPrefixed(&list) && list.ReadUint8(&nameType) &&
			nameType == serverNameTypeHostname && list.ReadUint16LengthPrefixed(&name) {
			a.names.server(string(name))
		}
	})
}

// helloRetryRequest is the random of a ServerHello that is none, RFC 8446 section
// 4.1.3.
var helloRetryRequest = []byte{
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
	0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
}

// serverHello counts the version that the server chooses.
func (a *Analyzer) serverHello(body cryptobyte.String) {
	var version, cipher uint16
	var compression uint8
	var random []byte
	var session, extensions cryptobyte.String
	if !body.ReadUint16(&version) || !body.ReadBytes(&random, 32) || !body.ReadUint8LengthPrefixed(&session) ||
		!body.ReadUint16(&cipher) || !body.ReadUint8(&compression) || bytes.Equal(random, helloRetryRequest) {
		return
	}
	if body.ReadUint16LengthPrefixed(&extensions) {
		eachExtension(extensions, func(kind uint16, content cryptobyte.String) {
			var chosen uint16
			if kind == extensionSupported && content.ReadUint16(&chosen) {
				version = chosen
			}
		})
	}
	a.summary.TLS.Versions[tlsVersion(version)]++
}

func eachExtension(extensions cryptobyte.String, visit func(kind uint16, content cryptobyte.String)) {
	for !extensions.Empty() {
		var kind uint16
		var content cryptobyte.String
		if !extensions.ReadUint16(&kind) || !extensions.ReadUint16LengthPrefixed(&content) {
			return
		}
		visit(kind, content)
	}
}

func tlsVersion(version uint16) string {
	switch {
	case version == 0x0300:
		return "SSL 3.0"
	case version > 0x0300 && version <= 0x0304:
		return fmt.Sprintf("TLS 1.%d", version-0x0301)
	}
	return "other"
}

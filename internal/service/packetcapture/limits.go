package packetcapture

import "time"

// Limits and defaults of the service, from the definition of
// PacketCaptures_Create (Microsoft.Network 2025-05-01).
const (
	maxUint32                        int64 = 4294967295
	maxTimeLimitInSeconds            int64 = 18000
	maxFileCount                     int64 = 10000
	maxSessionTimeLimitInSeconds     int64 = 604800
	defaultTotalBytesPerSession      int64 = 1073741824
	defaultFileCount                 int64 = 10
	defaultFileSizeInBytes           int64 = 104857600
	defaultSessionTimeLimitInSeconds int64 = 86400
)

const (
	continuousForMoreBytes = "For more, set continuous_capture and give file_count and file_size_in_bytes in capture_settings instead."
	continuousForMoreTime  = "For longer captures (up to 7 days), set continuous_capture and give session_time_limit_in_seconds in capture_settings instead."
)

const (
	defaultCreateTimeout = 30 * time.Minute
	defaultReadTimeout   = 5 * time.Minute
	defaultUpdateTimeout = 10 * time.Minute
	defaultDeleteTimeout = 30 * time.Minute
)

"""What goes wrong on the way to AWS, as data: errors of the SDK, its HTTP client and the system."""

from __future__ import annotations

from tui.model.error_catalogue import Entry

_CHECK_LINE = "check the network, a proxy, or a VPC endpoint, then try again"
_NOT_MADE = "EndpointConnectionError|ClientConnector(DNS)?Error|ConnectionError|ClientOSError"
_TLS = r"\w*SSL\w*Error|ClientConnectorCertificateError|ServerFingerprintMismatch"
_ANY_SYSTEM = r"(OS|Blocking\w+|HTTPClient|\w*Connect(ion|or)|ClientOS|SSO\w+)Error"
_KEYS = "choose a --profile, log in, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"

_CREDENTIALS = (
    Entry(
        "UnauthorizedSSOTokenError|SSOTokenLoadError|TokenRetrievalError|SSOError|"
        "UnauthorizedException",
        "",
        "the SSO session expired, or nobody has logged in",
        "aws sso login{profile}",
    ),
    Entry(
        "LoginInsufficientPermissions",
        "",
        "the identity may not begin a login session",
        "grant signin:CreateOAuth2Token to it, then: aws login{profile}",
    ),
    Entry(
        "LoginRefreshRequired|LoginTokenLoadError|LoginAuthorizationCodeError|LoginError",
        "",
        "the login session expired, or its credentials have changed",
        "aws login{profile}",
    ),
    Entry(
        "CredentialRetrievalError",
        "custom-process",
        "the credential_process of the profile failed, or printed no credentials",
        "run the command by itself, and mend credential_process{of_profile}",
    ),
    Entry(
        "PartialCredentialsError",
        "",
        "half of the access keys is missing",
        "set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or mend the keys{of_profile}",
    ),
    Entry(
        "CredentialRetrievalError|NoCredentialsError|MetadataRetrievalError|UnknownCredentialError",
        "",
        "no usable credentials in the environment, the AWS files or the instance role",
        _KEYS,
    ),
    Entry(
        "NoAuthTokenError|UnknownTokenProviderError",
        "",
        "no bearer token is set",
        "set AWS_BEARER_TOKEN_BEDROCK, or leave it and log in",
    ),
    Entry(
        "RefreshWithMFAUnsupportedError",
        "",
        "the role's session has ended, and needs an MFA code anew",
        "start again and give the code",
    ),
)

_CONFIGURATION = (
    Entry(
        "ProfileNotFound",
        "",
        "the AWS files have no such profile",
        "choose another --profile; aws configure list-profiles names them",
    ),
    Entry(
        "InfiniteLoopConfigError",
        "",
        "a profile's source_profile leads back to itself",
        "mend source_profile{of_profile} in the AWS files",
    ),
    Entry(
        "ConfigNotFound|ConfigParseError",
        "",
        "the AWS files are missing or cannot be read",
        "mend the file in the message, or move it away: then aws configure writes a new one",
    ),
    Entry(
        "InvalidRegionError|UnknownRegionError",
        "",
        "the region is none",
        "choose a --region such as us-west-2",
    ),
    Entry(
        "NoRegionError",
        "",
        "no region is set",
        "choose a --region, set AWS_REGION, or write region = … into the profile in ~/.aws/config",
    ),
    Entry(
        "ServiceNotInRegionError|UnknownEndpointError|EndpointVariantError|"
        "UnknownFIPSEndpointError|EndpointProviderError|EndpointResolutionError|"
        "BaseEndpointResolverError",
        "",
        "the region does not offer the service, or not in this variant",
        "choose another --region; leave FIPS or dual-stack out",
    ),
    Entry(
        "InvalidHostLabelError|InvalidEndpointConfigurationError|InvalidDNSNameError|"
        r"Invalid(Url\w*|URL)Error|InvalidURL|NonHttpUrl\w*Error",
        "",
        "the endpoint's address is none",
        "mend the endpoint URL, the --region, or the bucket's name",
    ),
    Entry(
        "InvalidEndpointURL",
        "",
        "the endpoint URL{of_profile} is none, or that of a variable",
        "mend it: `asyncinvoke config show` says where endpoint_url, AWS_ENDPOINT_URL or "
        "--endpoint-url stands",
    ),
    Entry(
        "CaBundleNotFound",
        "",
        "--ca-bundle, AWS_CA_BUNDLE or ca-bundle names it",
        "name the file with the certificates to trust",
    ),
    Entry(
        "InvalidConfigError|Invalid(Retry|MaxRetry|IMDS|S3|STS|Checksum|EndpointDiscovery)\\w*|"
        "InvalidDefaultsMode|Unsupported(S3\\w*|SignatureVersion)Error|"
        "UnknownSignatureVersionError|UnsupportedOutpostResourceError",
        "",
        "a setting of the AWS files or the environment is none that the SDK takes",
        "mend what the message names{of_profile}",
    ),
    Entry(
        "MissingDependencyException",
        "",
        "a part of the SDK is not installed",
        "install it into the same Python: pip install 'botocore[crt]'",
    ),
    Entry(
        "DataNotFoundError|UnknownServiceError|ApiVersionNotFoundError|UnknownClientMethodError",
        "",
        "the SDK is too old for this, or not whole",
        "install asyncinvoke again, with a newer botocore",
    ),
    Entry(
        "ParamValidationError|ValidationError|RangeError|UnknownKeyError|UnknownParameterError|"
        "MissingParametersError|AliasConflictParameterError|UnsupportedS3AccesspointConfiguration"
        "Error",
        "(?i)parameter|param |invalid value|access.point",
        "the SDK does not take the request as it is",
        "mend what the message names; nothing was sent",
    ),
)

_CERTIFICATES = (
    Entry(
        _TLS,
        "(?i)not yet valid",
        "the certificate is not valid yet: this machine's clock is behind",
        "set the clock (timedatectl set-ntp true)",
    ),
    Entry(
        _TLS,
        "(?i)certificate has expired",
        "the certificate has expired, or this machine's clock is ahead",
        "look at the clock; if it is right, have the certificate renewed",
    ),
    Entry(
        _TLS,
        "(?i)hostname mismatch|ip address mismatch|doesn.t match|not valid for",
        "the certificate is for another host",
        "mend the host in the endpoint URL, or check what a proxy or DNS puts in its place",
    ),
    Entry(
        _TLS,
        "(?i)wrong.version.number|record layer|http request",
        "nothing speaks TLS there",
        "write http:// in the endpoint URL, or name the TLS port",
    ),
    Entry(
        _TLS,
        "NO_CERTIFICATE_OR_CRL|PEM lib|no start line|BAD_BASE64|not enough data",
        "the CA bundle holds no certificate",
        "name a PEM file of certificates with --ca-bundle",
    ),
    Entry(
        _TLS,
        "",
        "the certificate is not trusted: often a company's own proxy",
        "give its certificate with --ca-bundle",
    ),
)

_PROXY = (
    Entry(
        "ProxyConnectionError|ClientHttpProxyError|ClientProxyConnectionError",
        "407",
        "the proxy wants a name and a password",
        "put them into HTTPS_PROXY: http://name:password@host:port",
    ),
    Entry(
        "ProxyConnectionError|ClientHttpProxyError|ClientProxyConnectionError",
        "",
        "the proxy refuses, or is not there",
        "check HTTPS_PROXY and NO_PROXY",
        is_retryable=True,
    ),
    Entry(
        "InvalidProxiesConfigError|HTTPClientError",
        "proxies_config|InvalidProxiesConfigError",
        "HTTP_PROXY or HTTPS_PROXY, in capitals or not, is no proxy's URL",
        "write it as http://host:port, or unset it; nothing was sent",
    ),
)

_LINE = (
    Entry(
        rf"{_NOT_MADE}|gaierror|herror",
        "gaierror|DNS|(?i:name or service not known|nodename nor servname|name resolution|"
        "no address associated|getaddrinfo)",
        "no such host: no network or DNS, or the region does not offer the service",
        "check the network, the region, a proxy or VPC endpoint, and the endpoint URL",
        is_retryable=True,
    ),
    Entry(
        rf"{_NOT_MADE}|ConnectionRefusedError|OSError",
        r"ConnectionRefused|Errno (111|61)\b|(?i:connect call failed|connection refused)",
        "nothing listens there",
        "check the endpoint URL and its port, a proxy or VPC endpoint",
        is_retryable=True,
    ),
    Entry(
        rf"{_NOT_MADE}|OSError",
        r"(?i)network is unreachable|no route to host|network is down|Errno (100|101|113)\b",
        "no way leads there: the network is down, or closed towards AWS",
        "check the network and the VPC's routes; a private subnet wants a proxy or VPC endpoint",
        is_retryable=True,
    ),
    Entry(
        rf"{_NOT_MADE}|UnixClientConnectorError",
        "",
        "nothing answers there: no network, or the region does not offer the service",
        "check the network, the region, a proxy or VPC endpoint, and the endpoint URL",
        is_retryable=True,
    ),
    Entry(
        "HTTPClientError|TooManyRedirects|RedirectClientError|InvalidUrlRedirectClientError|"
        "NonHttpUrlRedirectClientError",
        "(?i)redirect",
        "what answers sends us round in circles: no AWS service does",
        "check the endpoint URL, a proxy, or a captive portal",
    ),
    Entry(
        r"HTTPClientError|InvalidURL|InvalidUrlClientError",
        "(?i)InvalidU|invalid url|not a valid",
        "the endpoint's address is none",
        "mend the endpoint URL",
    ),
    Entry(
        "ConnectTimeoutError|ConnectionTimeoutError",
        "",
        "nobody answers there in time: a firewall, or a private subnet without a way out",
        "check the network, the security groups, a proxy or VPC endpoint",
        is_retryable=True,
    ),
    Entry(
        r"(Aio)?ReadTimeoutError|TimeoutError|ServerTimeoutError|SocketTimeoutError|timeout",
        "",
        "the answer did not come in time",
        f"{_CHECK_LINE}; --cli-read-timeout gives it longer",
        is_retryable=True,
    ),
    Entry(
        "ConnectionClosedError|HTTPClientError|ResponseStreamingError|IncompleteReadError|"
        "UploadAbortedError|ServerDisconnectedError|ServerConnectionError|"
        "Client(Payload|Connection|Response)Error|"
        r"Client(Connection)?ResetError|ClientConnectionResetError|Connection\w+Error|"
        r"BrokenPipeError|\w*(ContentLength|TransferEncoding|PayloadEncoding)Error",
        "",
        "the line to AWS broke or is slow",
        _CHECK_LINE,
        is_retryable=True,
    ),
    Entry(
        r"ContentTypeError|Bad\w+|ContentEncodingError|InvalidHeader|LineTooLong|\w*JSONDecodeError|"
        "ResponseParserError|HttpProcessingError|HttpBadRequest|DecompressSizeError",
        "",
        "what answers is not AWS",
        "check the endpoint URL, a proxy, or a captive portal",
        is_retryable=True,
    ),
    Entry(
        "ChecksumError|FlexibleChecksumError|AwsChunkedWrapperError|PaginationError",
        "",
        "what came is not what was sent",
        "try again; if it persists, a proxy on the way changes it",
        is_retryable=True,
    ),
    Entry(
        "CapacityNotAvailableError|UnseekableStreamError",
        "",
        "too many attempts failed in a row",
        _CHECK_LINE,
        is_retryable=True,
    ),
)

_SYSTEM = (
    Entry(
        _ANY_SYSTEM,
        r"Errno 28\b|No space left|Errno 122\b|[Qq]uota exceeded",
        "the disk is full",
        "make room there, then try again",
        is_retryable=True,
    ),
    Entry(
        _ANY_SYSTEM,
        r"Errno 2[34]\b|[Tt]oo many open files",
        "too many files and connections are open at once",
        "raise the limit (ulimit -n 4096), then start again",
        is_retryable=True,
    ),
    Entry(
        "PermissionError",
        "",
        "the system does not let this user read or write it",
        "check the owner and rights of what the message names (ls -l)",
    ),
    Entry(
        "FileNotFoundError|NotADirectoryError|IsADirectoryError",
        "",
        "there is no such file or command",
        "mend the path that the message names",
    ),
    Entry(
        "UnicodeDecodeError|UnicodeEncodeError",
        "",
        "a file or answer is not UTF-8",
        "check the AWS files and the environment for odd bytes",
    ),
)

LOCAL = (
    *_CREDENTIALS,
    *_CONFIGURATION,
    *_CERTIFICATES,
    *_PROXY,
    *_SYSTEM[:2],
    *_LINE,
    *_SYSTEM[2:],
)
"""The errors that are no answer. The first one wins."""

AS_IT_CAME = frozenset(
    {
        "BotoCoreError",
        "EventStreamError",
        "InvalidExpressionError",
        "MD5UnavailableError",
        "MissingServiceIdError",
        "OperationNotPageableError",
        "StubAssertionError",
        "StubResponseError",
        "UnStubbedResponseError",
        "UndefinedModelAttributeError",
        "UnknownEndpointResolutionBuiltInName",
        "UnknownServiceStyle",
        "UnsupportedServiceProtocolsError",
        "WaiterConfigError",
        "WaiterError",
    }
)
"""The SDK's errors that say no more than a fault in a program: they are shown as they came."""

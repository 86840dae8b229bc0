/**
 * Keys that the AWS CLI and the SDKs read (AWS SDKs and Tools Reference Guide, "Settings reference"; AWS CLI User
 * Guide, "Configuration and credential file settings"; botocore's own variables), by the section they belong to.
 */
export const profileKeys: readonly string[] = [
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'aws_security_token',
  'aws_account_id',
  'account_id_endpoint_mode',
  'api_versions',
  'auth_scheme_preference',
  'ca_bundle',
  'cli_auto_prompt',
  'cli_binary_format',
  'cli_follow_urlparam',
  'cli_help_output',
  'cli_history',
  'cli_error_format',
  'cli_pager',
  'cli_timestamp_format',
  'cloudfront',
  'credential_process',
  'credential_source',
  'csm_client_id',
  'csm_enabled',
  'csm_host',
  'csm_port',
  'defaults_mode',
  'disable_clock_skew_correction',
  'disable_host_prefix_injection',
  'disable_request_compression',
  'duration_seconds',
  'dynamodb',
  'ec2_metadata_service_endpoint',
  'ec2_metadata_service_endpoint_mode',
  'ec2_metadata_v1_disabled',
  'emr',
  'endpoint_discovery_enabled',
  'endpoint_url',
  'external_id',
  'ignore_configured_endpoint_urls',
  'imds_use_ipv6',
  'login_session',
  'max_attempts',
  'metadata_service_num_attempts',
  'metadata_service_timeout',
  'mfa_serial',
  'output',
  'parameter_validation',
  'region',
  'request_checksum_calculation',
  'request_min_compression_size_bytes',
  'response_checksum_validation',
  'retry_mode',
  'role_arn',
  'role_session_name',
  's3',
  's3_disable_express_session_auth',
  's3_disable_multiregion_access_points',
  's3_us_east_1_regional_endpoint',
  's3_use_arn_region',
  's3api',
  'sdk_ua_app_id',
  'services',
  'sigv4a_signing_region_set',
  'source_profile',
  'sso_account_id',
  'sso_region',
  'sso_role_name',
  'sso_session',
  'sso_start_url',
  'sts_regional_endpoints',
  'tcp_keepalive',
  'use_dualstack_endpoint',
  'use_fips_endpoint',
  'user_agent_appid',
  'web_identity_token_file',
]

export const ssoSessionKeys: readonly string[] = ['sso_start_url', 'sso_region', 'sso_registration_scopes']

/** Profile keys under which others are nested. */
export const nestingKeys: readonly string[] = ['api_versions', 'cloudfront', 'dynamodb', 'emr', 's3', 's3api']

/** Keys whose value nobody may see. */
export const secretKeys: readonly string[] = [
  'aws_secret_access_key',
  'aws_session_token',
  'aws_security_token',
]

export const outputs: readonly string[] = ['json', 'text', 'table', 'yaml', 'yaml-stream', 'off']

export const credentialSources: readonly string[] = ['Environment', 'Ec2InstanceMetadata', 'EcsContainer']

// Generated from the migrations by generate_types.ts. Do not edit.
export type Json = string | number | boolean | null | {
  [key: string]: Json | undefined;
} | Json[];

export type Database = {
  "public": {
    Tables: {
      "alert_channels": {
        Row: {
          "created_at": string;
          "digest_minutes": number;
          "fills_told_until": string;
          "id": string;
          "is_enabled": boolean;
          "kind": string;
          "secret_version": number;
          "status": string;
          "status_code": string | null;
          "target": string | null;
          "topics": (string)[];
          "updated_at": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "digest_minutes"?: number;
          "fills_told_until"?: string;
          "id"?: string;
          "is_enabled"?: boolean;
          "kind": string;
          "secret_version"?: number;
          "status"?: string;
          "status_code"?: string | null;
          "target"?: string | null;
          "topics"?: (string)[];
          "updated_at"?: string;
          "user_id": string;
        };
        Update: {
          "created_at"?: string;
          "digest_minutes"?: number;
          "fills_told_until"?: string;
          "id"?: string;
          "is_enabled"?: boolean;
          "kind"?: string;
          "secret_version"?: number;
          "status"?: string;
          "status_code"?: string | null;
          "target"?: string | null;
          "topics"?: (string)[];
          "updated_at"?: string;
          "user_id"?: string;
        };
        Relationships: [];
      };
      "alert_messages": {
        Row: {
          "attempts": number;
          "channel_id": string;
          "created_at": string;
          "dedupe_key": string;
          "error_code": string | null;
          "id": string;
          "locked_until": string | null;
          "next_attempt_at": string;
          "payload": NonNullable<Json>;
          "sent_at": string | null;
          "status": string;
          "topic": string;
          "updated_at": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "attempts"?: number;
          "channel_id": string;
          "created_at"?: string;
          "dedupe_key": string;
          "error_code"?: string | null;
          "id"?: string;
          "locked_until"?: string | null;
          "next_attempt_at"?: string;
          "payload": NonNullable<Json>;
          "sent_at"?: string | null;
          "status"?: string;
          "topic": string;
          "updated_at"?: string;
          "user_id": string;
        };
        Update: {
          "attempts"?: number;
          "channel_id"?: string;
          "created_at"?: string;
          "dedupe_key"?: string;
          "error_code"?: string | null;
          "id"?: string;
          "locked_until"?: string | null;
          "next_attempt_at"?: string;
          "payload"?: NonNullable<Json>;
          "sent_at"?: string | null;
          "status"?: string;
          "topic"?: string;
          "updated_at"?: string;
          "user_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "alert_messages_channel_is_owners";
            columns: ["channel_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "alert_channels";
            referencedColumns: ["id", "user_id"];
          },
        ];
      };
      "audit_events": {
        Row: {
          "action": string;
          "actor_id": string | null;
          "at": string;
          "detail": NonNullable<Json>;
          "id": number;
          "target": string;
        };
        ComputedFields: never;
        Insert: {
          "action": string;
          "actor_id"?: string | null;
          "at"?: string;
          "detail"?: NonNullable<Json>;
          "id"?: never;
          "target": string;
        };
        Update: {
          "action"?: string;
          "actor_id"?: string | null;
          "at"?: string;
          "detail"?: NonNullable<Json>;
          "id"?: never;
          "target"?: string;
        };
        Relationships: [];
      };
      "bot_audits": {
        Row: {
          "bot_id": string;
          "claim_epoch": number;
          "created_at": string;
          "exchange_long_size": number;
          "exchange_short_size": number;
          "expected_orders": number;
          "found_orders": number;
          "our_long_size": number;
          "our_short_size": number;
          "synced_at": string;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "bot_id": string;
          "claim_epoch": number;
          "created_at"?: string;
          "exchange_long_size": number;
          "exchange_short_size": number;
          "expected_orders": number;
          "found_orders": number;
          "our_long_size": number;
          "our_short_size": number;
          "synced_at": string;
          "updated_at"?: string;
        };
        Update: {
          "bot_id"?: string;
          "claim_epoch"?: number;
          "created_at"?: string;
          "exchange_long_size"?: number;
          "exchange_short_size"?: number;
          "expected_orders"?: number;
          "found_orders"?: number;
          "our_long_size"?: number;
          "our_short_size"?: number;
          "synced_at"?: string;
          "updated_at"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "bot_audits_bot_id_fkey";
            columns: ["bot_id"];
            isOneToOne: true;
            referencedRelation: "bot_grids";
            referencedColumns: ["bot_id"];
          },
          {
            foreignKeyName: "bot_audits_bot_id_fkey";
            columns: ["bot_id"];
            isOneToOne: true;
            referencedRelation: "bot_trust";
            referencedColumns: ["bot_id"];
          },
          {
            foreignKeyName: "bot_audits_bot_id_fkey";
            columns: ["bot_id"];
            isOneToOne: true;
            referencedRelation: "bots";
            referencedColumns: ["id"];
          },
        ];
      };
      "bot_events": {
        Row: {
          "bot_id": string;
          "code": string;
          "created_at": string;
          "data": NonNullable<Json>;
          "id": number;
          "level": string;
          "message": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "bot_id": string;
          "code": string;
          "created_at"?: string;
          "data"?: NonNullable<Json>;
          "id"?: never;
          "level": string;
          "message": string;
          "user_id": string;
        };
        Update: {
          "bot_id"?: string;
          "code"?: string;
          "created_at"?: string;
          "data"?: NonNullable<Json>;
          "id"?: never;
          "level"?: string;
          "message"?: string;
          "user_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "bot_events_bot_is_owners";
            columns: ["bot_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "bots";
            referencedColumns: ["id", "user_id"];
          },
        ];
      };
      "bot_metrics": {
        Row: {
          "bot_id": string;
          "created_at": string;
          "equity": number | null;
          "fees": number | null;
          "fills_count": number | null;
          "funding": number | null;
          "grid_pairs": number | null;
          "grid_profit": number | null;
          "last_sync_at": string | null;
          "long_break_even_price": number | null;
          "long_entry_price": number | null;
          "long_liquidation_price": number | null;
          "long_size": number | null;
          "margin_ratio": number | null;
          "mark_price": number | null;
          "open_orders": number | null;
          "realized_pnl": number | null;
          "short_break_even_price": number | null;
          "short_entry_price": number | null;
          "short_liquidation_price": number | null;
          "short_size": number | null;
          "unrealized_pnl": number | null;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "bot_id": string;
          "created_at"?: string;
          "equity"?: number | null;
          "fees"?: number | null;
          "fills_count"?: number | null;
          "funding"?: number | null;
          "grid_pairs"?: number | null;
          "grid_profit"?: number | null;
          "last_sync_at"?: string | null;
          "long_break_even_price"?: number | null;
          "long_entry_price"?: number | null;
          "long_liquidation_price"?: number | null;
          "long_size"?: number | null;
          "margin_ratio"?: number | null;
          "mark_price"?: number | null;
          "open_orders"?: number | null;
          "realized_pnl"?: number | null;
          "short_break_even_price"?: number | null;
          "short_entry_price"?: number | null;
          "short_liquidation_price"?: number | null;
          "short_size"?: number | null;
          "unrealized_pnl"?: number | null;
          "updated_at"?: string;
        };
        Update: {
          "bot_id"?: string;
          "created_at"?: string;
          "equity"?: number | null;
          "fees"?: number | null;
          "fills_count"?: number | null;
          "funding"?: number | null;
          "grid_pairs"?: number | null;
          "grid_profit"?: number | null;
          "last_sync_at"?: string | null;
          "long_break_even_price"?: number | null;
          "long_entry_price"?: number | null;
          "long_liquidation_price"?: number | null;
          "long_size"?: number | null;
          "margin_ratio"?: number | null;
          "mark_price"?: number | null;
          "open_orders"?: number | null;
          "realized_pnl"?: number | null;
          "short_break_even_price"?: number | null;
          "short_entry_price"?: number | null;
          "short_liquidation_price"?: number | null;
          "short_size"?: number | null;
          "unrealized_pnl"?: number | null;
          "updated_at"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "bot_metrics_bot_id_fkey";
            columns: ["bot_id"];
            isOneToOne: true;
            referencedRelation: "bot_grids";
            referencedColumns: ["bot_id"];
          },
          {
            foreignKeyName: "bot_metrics_bot_id_fkey";
            columns: ["bot_id"];
            isOneToOne: true;
            referencedRelation: "bot_trust";
            referencedColumns: ["bot_id"];
          },
          {
            foreignKeyName: "bot_metrics_bot_id_fkey";
            columns: ["bot_id"];
            isOneToOne: true;
            referencedRelation: "bots";
            referencedColumns: ["id"];
          },
        ];
      };
      "bot_states": {
        Row: {
          "bot_id": string;
          "claim_epoch": number;
          "created_at": string;
          "state": NonNullable<Json>;
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "bot_id": string;
          "claim_epoch": number;
          "created_at"?: string;
          "state": NonNullable<Json>;
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "bot_id"?: string;
          "claim_epoch"?: number;
          "created_at"?: string;
          "state"?: NonNullable<Json>;
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "bot_states_bot_id_fkey";
            columns: ["bot_id"];
            isOneToOne: true;
            referencedRelation: "bot_grids";
            referencedColumns: ["bot_id"];
          },
          {
            foreignKeyName: "bot_states_bot_id_fkey";
            columns: ["bot_id"];
            isOneToOne: true;
            referencedRelation: "bot_trust";
            referencedColumns: ["bot_id"];
          },
          {
            foreignKeyName: "bot_states_bot_id_fkey";
            columns: ["bot_id"];
            isOneToOne: true;
            referencedRelation: "bots";
            referencedColumns: ["id"];
          },
        ];
      };
      "bots": {
        Row: {
          "acknowledged_version": number;
          "claim_epoch": number;
          "config": NonNullable<Json>;
          "config_version": number;
          "created_at": string;
          "desired_state": string;
          "desired_version": number;
          "engine_id": string | null;
          "exchange_key_id": string;
          "id": string;
          "lock_key": number;
          "name": string;
          "running_config_version": number | null;
          "started_at": string | null;
          "status": string;
          "status_at": string;
          "status_code": string | null;
          "status_reason": string | null;
          "stop_policy": string;
          "stopped_at": string | null;
          "strategy": string;
          "symbol": string;
          "updated_at": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "acknowledged_version"?: number;
          "claim_epoch"?: number;
          "config": NonNullable<Json>;
          "config_version"?: number;
          "created_at"?: string;
          "desired_state"?: string;
          "desired_version"?: number;
          "engine_id"?: string | null;
          "exchange_key_id": string;
          "id"?: string;
          "lock_key"?: never;
          "name": string;
          "running_config_version"?: number | null;
          "started_at"?: string | null;
          "status"?: string;
          "status_at"?: string;
          "status_code"?: string | null;
          "status_reason"?: string | null;
          "stop_policy"?: string;
          "stopped_at"?: string | null;
          "strategy": string;
          "symbol": string;
          "updated_at"?: string;
          "user_id": string;
        };
        Update: {
          "acknowledged_version"?: number;
          "claim_epoch"?: number;
          "config"?: NonNullable<Json>;
          "config_version"?: number;
          "created_at"?: string;
          "desired_state"?: string;
          "desired_version"?: number;
          "engine_id"?: string | null;
          "exchange_key_id"?: string;
          "id"?: string;
          "lock_key"?: never;
          "name"?: string;
          "running_config_version"?: number | null;
          "started_at"?: string | null;
          "status"?: string;
          "status_at"?: string;
          "status_code"?: string | null;
          "status_reason"?: string | null;
          "stop_policy"?: string;
          "stopped_at"?: string | null;
          "strategy"?: string;
          "symbol"?: string;
          "updated_at"?: string;
          "user_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "bots_engine_id_fkey";
            columns: ["engine_id"];
            isOneToOne: false;
            referencedRelation: "engines";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "bots_exchange_key_is_owners";
            columns: ["exchange_key_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "exchange_keys";
            referencedColumns: ["id", "user_id"];
          },
        ];
      };
      "engines": {
        Row: {
          "backend_pid": number | null;
          "bots_count": number;
          "capacity": number;
          "created_at": string;
          "heartbeat_at": string;
          "host": string;
          "id": string;
          "name": string;
          "pid": number;
          "started_at": string;
          "status": string;
          "updated_at": string;
          "version": string;
        };
        ComputedFields: never;
        Insert: {
          "backend_pid"?: number | null;
          "bots_count"?: number;
          "capacity": number;
          "created_at"?: string;
          "heartbeat_at"?: string;
          "host": string;
          "id"?: string;
          "name": string;
          "pid": number;
          "started_at"?: string;
          "status"?: string;
          "updated_at"?: string;
          "version": string;
        };
        Update: {
          "backend_pid"?: number | null;
          "bots_count"?: number;
          "capacity"?: number;
          "created_at"?: string;
          "heartbeat_at"?: string;
          "host"?: string;
          "id"?: string;
          "name"?: string;
          "pid"?: number;
          "started_at"?: string;
          "status"?: string;
          "updated_at"?: string;
          "version"?: string;
        };
        Relationships: [];
      };
      "equity_snapshots": {
        Row: {
          "at": string;
          "bot_id": string;
          "equity": number | null;
          "fees": number | null;
          "funding": number | null;
          "realized_pnl": number | null;
          "unrealized_pnl": number | null;
        };
        ComputedFields: never;
        Insert: {
          "at": string;
          "bot_id": string;
          "equity"?: number | null;
          "fees"?: number | null;
          "funding"?: number | null;
          "realized_pnl"?: number | null;
          "unrealized_pnl"?: number | null;
        };
        Update: {
          "at"?: string;
          "bot_id"?: string;
          "equity"?: number | null;
          "fees"?: number | null;
          "funding"?: number | null;
          "realized_pnl"?: number | null;
          "unrealized_pnl"?: number | null;
        };
        Relationships: [
          {
            foreignKeyName: "equity_snapshots_bot_id_fkey";
            columns: ["bot_id"];
            isOneToOne: false;
            referencedRelation: "bot_grids";
            referencedColumns: ["bot_id"];
          },
          {
            foreignKeyName: "equity_snapshots_bot_id_fkey";
            columns: ["bot_id"];
            isOneToOne: false;
            referencedRelation: "bot_trust";
            referencedColumns: ["bot_id"];
          },
          {
            foreignKeyName: "equity_snapshots_bot_id_fkey";
            columns: ["bot_id"];
            isOneToOne: false;
            referencedRelation: "bots";
            referencedColumns: ["id"];
          },
        ];
      };
      "exchange_keys": {
        Row: {
          "created_at": string;
          "exchange_uid": string;
          "id": string;
          "ip_restricted": boolean;
          "key_hint": string;
          "label": string;
          "lock_key": number;
          "permissions": (string)[];
          "status": string;
          "updated_at": string;
          "user_id": string;
          "venue": string;
          "venue_kind": string;
          "verified_at": string | null;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "exchange_uid": string;
          "id"?: string;
          "ip_restricted"?: boolean;
          "key_hint": string;
          "label": string;
          "lock_key"?: never;
          "permissions"?: (string)[];
          "status"?: string;
          "updated_at"?: string;
          "user_id": string;
          "venue": string;
          "venue_kind"?: never;
          "verified_at"?: string | null;
        };
        Update: {
          "created_at"?: string;
          "exchange_uid"?: string;
          "id"?: string;
          "ip_restricted"?: boolean;
          "key_hint"?: string;
          "label"?: string;
          "lock_key"?: never;
          "permissions"?: (string)[];
          "status"?: string;
          "updated_at"?: string;
          "user_id"?: string;
          "venue"?: string;
          "venue_kind"?: never;
          "verified_at"?: string | null;
        };
        Relationships: [];
      };
      "fills": {
        Row: {
          "bot_id": string | null;
          "client_order_id": string | null;
          "exchange_key_id": string;
          "fee": number | null;
          "fee_currency": string | null;
          "filled_at": string;
          "id": number;
          "liquidity": string;
          "order_side": string;
          "pair_entry_price": number | null;
          "pair_profit": number | null;
          "pair_trade_ids": (string)[] | null;
          "position_side": string;
          "price": number;
          "purpose": string | null;
          "realized_pnl": number | null;
          "recorded_at": string;
          "size": number;
          "symbol": string;
          "unpaired_size": number | null;
          "user_id": string;
          "venue_order_id": string;
          "venue_trade_id": string;
        };
        ComputedFields: never;
        Insert: {
          "bot_id"?: string | null;
          "client_order_id"?: string | null;
          "exchange_key_id": string;
          "fee"?: number | null;
          "fee_currency"?: string | null;
          "filled_at": string;
          "id"?: never;
          "liquidity": string;
          "order_side": string;
          "pair_entry_price"?: number | null;
          "pair_profit"?: number | null;
          "pair_trade_ids"?: (string)[] | null;
          "position_side": string;
          "price": number;
          "purpose"?: string | null;
          "realized_pnl"?: number | null;
          "recorded_at"?: string;
          "size": number;
          "symbol": string;
          "unpaired_size"?: number | null;
          "user_id": string;
          "venue_order_id": string;
          "venue_trade_id": string;
        };
        Update: {
          "bot_id"?: string | null;
          "client_order_id"?: string | null;
          "exchange_key_id"?: string;
          "fee"?: number | null;
          "fee_currency"?: string | null;
          "filled_at"?: string;
          "id"?: never;
          "liquidity"?: string;
          "order_side"?: string;
          "pair_entry_price"?: number | null;
          "pair_profit"?: number | null;
          "pair_trade_ids"?: (string)[] | null;
          "position_side"?: string;
          "price"?: number;
          "purpose"?: string | null;
          "realized_pnl"?: number | null;
          "recorded_at"?: string;
          "size"?: number;
          "symbol"?: string;
          "unpaired_size"?: number | null;
          "user_id"?: string;
          "venue_order_id"?: string;
          "venue_trade_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "fills_bot_is_owners";
            columns: ["bot_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "bots";
            referencedColumns: ["id", "user_id"];
          },
          {
            foreignKeyName: "fills_exchange_key_is_owners";
            columns: ["exchange_key_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "exchange_keys";
            referencedColumns: ["id", "user_id"];
          },
        ];
      };
      "funding_payments": {
        Row: {
          "amount": number;
          "bot_id": string | null;
          "created_at": string;
          "currency": string;
          "exchange_key_id": string;
          "id": number;
          "paid_at": string;
          "symbol": string;
          "user_id": string;
          "venue_bill_id": string;
        };
        ComputedFields: never;
        Insert: {
          "amount": number;
          "bot_id"?: string | null;
          "created_at"?: string;
          "currency": string;
          "exchange_key_id": string;
          "id"?: never;
          "paid_at": string;
          "symbol": string;
          "user_id": string;
          "venue_bill_id": string;
        };
        Update: {
          "amount"?: number;
          "bot_id"?: string | null;
          "created_at"?: string;
          "currency"?: string;
          "exchange_key_id"?: string;
          "id"?: never;
          "paid_at"?: string;
          "symbol"?: string;
          "user_id"?: string;
          "venue_bill_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "funding_payments_bot_is_owners";
            columns: ["bot_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "bots";
            referencedColumns: ["id", "user_id"];
          },
          {
            foreignKeyName: "funding_payments_exchange_key_is_owners";
            columns: ["exchange_key_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "exchange_keys";
            referencedColumns: ["id", "user_id"];
          },
        ];
      };
      "orders": {
        Row: {
          "average_price": number | null;
          "bot_id": string;
          "claim_epoch": number;
          "client_order_id": string;
          "created_at": string;
          "cycle": number;
          "end_reason": string | null;
          "exchange_key_id": string;
          "filled_size": number;
          "finished_at": string | null;
          "id": number;
          "level": number;
          "order_side": string;
          "position_side": string;
          "post_only": boolean;
          "price": number | null;
          "purpose": string;
          "reason": NonNullable<Json>;
          "reject_code": string | null;
          "reject_message": string | null;
          "revision": number;
          "size": number;
          "status": string;
          "submitted_at": string | null;
          "symbol": string;
          "updated_at": string;
          "user_id": string;
          "venue_order_id": string | null;
        };
        ComputedFields: never;
        Insert: {
          "average_price"?: number | null;
          "bot_id": string;
          "claim_epoch": number;
          "client_order_id": string;
          "created_at"?: string;
          "cycle": number;
          "end_reason"?: string | null;
          "exchange_key_id": string;
          "filled_size"?: number;
          "finished_at"?: string | null;
          "id"?: never;
          "level": number;
          "order_side": string;
          "position_side": string;
          "post_only"?: boolean;
          "price"?: number | null;
          "purpose": string;
          "reason": NonNullable<Json>;
          "reject_code"?: string | null;
          "reject_message"?: string | null;
          "revision": number;
          "size": number;
          "status"?: string;
          "submitted_at"?: string | null;
          "symbol": string;
          "updated_at"?: string;
          "user_id": string;
          "venue_order_id"?: string | null;
        };
        Update: {
          "average_price"?: number | null;
          "bot_id"?: string;
          "claim_epoch"?: number;
          "client_order_id"?: string;
          "created_at"?: string;
          "cycle"?: number;
          "end_reason"?: string | null;
          "exchange_key_id"?: string;
          "filled_size"?: number;
          "finished_at"?: string | null;
          "id"?: never;
          "level"?: number;
          "order_side"?: string;
          "position_side"?: string;
          "post_only"?: boolean;
          "price"?: number | null;
          "purpose"?: string;
          "reason"?: NonNullable<Json>;
          "reject_code"?: string | null;
          "reject_message"?: string | null;
          "revision"?: number;
          "size"?: number;
          "status"?: string;
          "submitted_at"?: string | null;
          "symbol"?: string;
          "updated_at"?: string;
          "user_id"?: string;
          "venue_order_id"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "orders_bot_is_owners";
            columns: ["bot_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "bots";
            referencedColumns: ["id", "user_id"];
          },
          {
            foreignKeyName: "orders_exchange_key_is_owners";
            columns: ["exchange_key_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "exchange_keys";
            referencedColumns: ["id", "user_id"];
          },
        ];
      };
      "profiles": {
        Row: {
          "created_at": string;
          "display_name": string | null;
          "exchange_uid": string | null;
          "grace_ends_at": string | null;
          "last_grace_ends_at": string | null;
          "locale": string;
          "status": string;
          "status_at": string;
          "status_reason": string | null;
          "updated_at": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "display_name"?: string | null;
          "exchange_uid"?: string | null;
          "grace_ends_at"?: string | null;
          "last_grace_ends_at"?: string | null;
          "locale"?: string;
          "status"?: string;
          "status_at"?: string;
          "status_reason"?: string | null;
          "updated_at"?: string;
          "user_id": string;
        };
        Update: {
          "created_at"?: string;
          "display_name"?: string | null;
          "exchange_uid"?: string | null;
          "grace_ends_at"?: string | null;
          "last_grace_ends_at"?: string | null;
          "locale"?: string;
          "status"?: string;
          "status_at"?: string;
          "status_reason"?: string | null;
          "updated_at"?: string;
          "user_id"?: string;
        };
        Relationships: [];
      };
      "uid_allowlist": {
        Row: {
          "added_by": string | null;
          "created_at": string;
          "id": string;
          "note": string | null;
          "uid": string;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "added_by"?: string | null;
          "created_at"?: string;
          "id"?: string;
          "note"?: string | null;
          "uid": string;
          "updated_at"?: string;
        };
        Update: {
          "added_by"?: string | null;
          "created_at"?: string;
          "id"?: string;
          "note"?: string | null;
          "uid"?: string;
          "updated_at"?: string;
        };
        Relationships: [];
      };
    };
    Views: {
      "bot_grids": {
        Row: {
          "awaits": string | null;
          "bot_id": string;
          "center": number | null;
          "ended_by": string | null;
          "entries_off": boolean | null;
          "grid": Json | null;
          "intervals": Json | null;
          "phase": string | null;
          "range_offset": number | null;
          "split_at": number | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      "bot_trust": {
        Row: {
          "bot_id": string;
          "claim_epoch": number;
          "engine_heartbeat_at": string | null;
          "engine_name": string | null;
          "engine_status": string | null;
          "engine_version": string | null;
          "exchange_long_size": number | null;
          "exchange_short_size": number | null;
          "expected_orders": number | null;
          "found_orders": number | null;
          "last_sync_at": string | null;
          "our_long_size": number | null;
          "our_short_size": number | null;
          "read_at": string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
    };
    Functions: {
      "account_history": {
        Args: { "instants": (string)[] };
        Returns: {
          "coin": string;
          "equity": Json;
          "exchange_key_id": string;
        }[];
      };
      "add_allowlisted_uids": { Args: { "uids": Json }; Returns: number };
      "apply_allowlist_change": {
        Args: { "change": Json; "digest": string };
        Returns: Json;
      };
      "begin_telegram_link": {
        Args: Record<PropertyKey, never>;
        Returns: Json;
      };
      "bot_history": {
        Args: { "instants": (string)[] };
        Returns: {
          "bot_id": string;
          "net": Json;
        }[];
      };
      "bot_next_orders": {
        Args: Record<PropertyKey, never>;
        Returns: {
          "bot_id": string;
          "order_side": string;
          "position_side": string;
          "price": number;
          "purpose": string;
          "size": number;
        }[];
      };
      "claim_alerts": {
        Args: { "batch"?: number; "message_id"?: string };
        Returns: Json;
      };
      "create_bot": {
        Args: {
          "config": Json;
          "exchange_key_id": string;
          "name": string;
          "strategy": string;
          "symbol": string;
        };
        Returns: {
          "acknowledged_version": number;
          "claim_epoch": number;
          "config": NonNullable<Json>;
          "config_version": number;
          "created_at": string;
          "desired_state": string;
          "desired_version": number;
          "engine_id": string | null;
          "exchange_key_id": string;
          "id": string;
          "lock_key": number;
          "name": string;
          "running_config_version": number | null;
          "started_at": string | null;
          "status": string;
          "status_at": string;
          "status_code": string | null;
          "status_reason": string | null;
          "stop_policy": string;
          "stopped_at": string | null;
          "strategy": string;
          "symbol": string;
          "updated_at": string;
          "user_id": string;
        };
        SetofOptions: {
          from: "*";
          to: "bots";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "delete_account": { Args: { "email": string }; Returns: undefined };
      "finish_alert": {
        Args: {
          "attempt": number;
          "error_code"?: string;
          "message_id": string;
          "outcome": string;
          "retry_seconds"?: number;
        };
        Returns: string;
      };
      "is_admin": { Args: Record<PropertyKey, never>; Returns: boolean };
      "kill_all_bots": { Args: { "stop_policy": string }; Returns: number };
      "list_all_bots": {
        Args: { "page"?: number; "search"?: string; "status"?: string };
        Returns: Json;
      };
      "list_audit": {
        Args: { "action"?: string; "before_id"?: number; "target"?: string };
        Returns: Json;
      };
      "list_people": {
        Args: { "page"?: number; "search"?: string; "status"?: string };
        Returns: Json;
      };
      "preview_allowlist_change": { Args: { "change": Json }; Returns: Json };
      "preview_kill": { Args: { "stop_policy": string }; Returns: Json };
      "read_telegram_cursor": {
        Args: Record<PropertyKey, never>;
        Returns: number;
      };
      "remove_alert_channel": { Args: { "kind": string }; Returns: undefined };
      "remove_allowlisted_uid": { Args: { "uid": string }; Returns: undefined };
      "request_alert_test": { Args: { "kind": string }; Returns: string };
      "request_bot_close": {
        Args: { "bot_id": string };
        Returns: {
          "acknowledged_version": number;
          "claim_epoch": number;
          "config": NonNullable<Json>;
          "config_version": number;
          "created_at": string;
          "desired_state": string;
          "desired_version": number;
          "engine_id": string | null;
          "exchange_key_id": string;
          "id": string;
          "lock_key": number;
          "name": string;
          "running_config_version": number | null;
          "started_at": string | null;
          "status": string;
          "status_at": string;
          "status_code": string | null;
          "status_reason": string | null;
          "stop_policy": string;
          "stopped_at": string | null;
          "strategy": string;
          "symbol": string;
          "updated_at": string;
          "user_id": string;
        };
        SetofOptions: {
          from: "*";
          to: "bots";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "request_bot_start": {
        Args: { "bot_id": string };
        Returns: {
          "acknowledged_version": number;
          "claim_epoch": number;
          "config": NonNullable<Json>;
          "config_version": number;
          "created_at": string;
          "desired_state": string;
          "desired_version": number;
          "engine_id": string | null;
          "exchange_key_id": string;
          "id": string;
          "lock_key": number;
          "name": string;
          "running_config_version": number | null;
          "started_at": string | null;
          "status": string;
          "status_at": string;
          "status_code": string | null;
          "status_reason": string | null;
          "stop_policy": string;
          "stopped_at": string | null;
          "strategy": string;
          "symbol": string;
          "updated_at": string;
          "user_id": string;
        };
        SetofOptions: {
          from: "*";
          to: "bots";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "request_bot_stop": {
        Args: { "bot_id": string; "stop_policy": string };
        Returns: {
          "acknowledged_version": number;
          "claim_epoch": number;
          "config": NonNullable<Json>;
          "config_version": number;
          "created_at": string;
          "desired_state": string;
          "desired_version": number;
          "engine_id": string | null;
          "exchange_key_id": string;
          "id": string;
          "lock_key": number;
          "name": string;
          "running_config_version": number | null;
          "started_at": string | null;
          "status": string;
          "status_at": string;
          "status_code": string | null;
          "status_reason": string | null;
          "stop_policy": string;
          "stopped_at": string | null;
          "strategy": string;
          "symbol": string;
          "updated_at": string;
          "user_id": string;
        };
        SetofOptions: {
          from: "*";
          to: "bots";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "retry_alert": { Args: { "message_id": string }; Returns: undefined };
      "revoke_exchange_key": {
        Args: { "exchange_key_id": string };
        Returns: {
          "created_at": string;
          "exchange_uid": string;
          "id": string;
          "ip_restricted": boolean;
          "key_hint": string;
          "label": string;
          "lock_key": number;
          "permissions": (string)[];
          "status": string;
          "updated_at": string;
          "user_id": string;
          "venue": string;
          "venue_kind": string;
          "verified_at": string | null;
        };
        SetofOptions: {
          from: "*";
          to: "exchange_keys";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "rotate_alert_secret": {
        Args: Record<PropertyKey, never>;
        Returns: {
          "created_at": string;
          "digest_minutes": number;
          "fills_told_until": string;
          "id": string;
          "is_enabled": boolean;
          "kind": string;
          "secret_version": number;
          "status": string;
          "status_code": string | null;
          "target": string | null;
          "topics": (string)[];
          "updated_at": string;
          "user_id": string;
        };
        SetofOptions: {
          from: "*";
          to: "alert_channels";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "save_alert_channel": {
        Args: {
          "digest_minutes": number;
          "is_enabled": boolean;
          "kind": string;
          "target"?: string;
          "topics": (string)[];
        };
        Returns: {
          "created_at": string;
          "digest_minutes": number;
          "fills_told_until": string;
          "id": string;
          "is_enabled": boolean;
          "kind": string;
          "secret_version": number;
          "status": string;
          "status_code": string | null;
          "target": string | null;
          "topics": (string)[];
          "updated_at": string;
          "user_id": string;
        };
        SetofOptions: {
          from: "*";
          to: "alert_channels";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "set_profile_status": {
        Args: {
          "expected_status"?: string;
          "expected_uid"?: string;
          "grace_ends_at"?: string;
          "reason"?: string;
          "status": string;
          "user_id": string;
        };
        Returns: {
          "created_at": string;
          "display_name": string | null;
          "exchange_uid": string | null;
          "grace_ends_at": string | null;
          "last_grace_ends_at": string | null;
          "locale": string;
          "status": string;
          "status_at": string;
          "status_reason": string | null;
          "updated_at": string;
          "user_id": string;
        };
        SetofOptions: {
          from: "*";
          to: "profiles";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "store_exchange_key": {
        Args: {
          "exchange_key_id": string;
          "exchange_uid": string;
          "ip_restricted": boolean;
          "key_hint": string;
          "kid": string;
          "label": string;
          "permissions": (string)[];
          "sealed": string;
          "user_id": string;
          "venue": string;
        };
        Returns: {
          "created_at": string;
          "exchange_uid": string;
          "id": string;
          "ip_restricted": boolean;
          "key_hint": string;
          "label": string;
          "lock_key": number;
          "permissions": (string)[];
          "status": string;
          "updated_at": string;
          "user_id": string;
          "venue": string;
          "venue_kind": string;
          "verified_at": string | null;
        };
        SetofOptions: {
          from: "*";
          to: "exchange_keys";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "take_rate_limit": { Args: { "buckets": Json }; Returns: number };
      "take_telegram_update": {
        Args: {
          "chat_id": string;
          "chat_name": string;
          "code": string;
          "update_id": number;
        };
        Returns: boolean;
      };
      "touch_seen": { Args: Record<PropertyKey, never>; Returns: undefined };
      "update_bot": {
        Args: {
          "bot_id": string;
          "config"?: Json;
          "config_version"?: number;
          "name"?: string;
        };
        Returns: {
          "acknowledged_version": number;
          "claim_epoch": number;
          "config": NonNullable<Json>;
          "config_version": number;
          "created_at": string;
          "desired_state": string;
          "desired_version": number;
          "engine_id": string | null;
          "exchange_key_id": string;
          "id": string;
          "lock_key": number;
          "name": string;
          "running_config_version": number | null;
          "started_at": string | null;
          "status": string;
          "status_at": string;
          "status_code": string | null;
          "status_reason": string | null;
          "stop_policy": string;
          "stopped_at": string | null;
          "strategy": string;
          "symbol": string;
          "updated_at": string;
          "user_id": string;
        };
        SetofOptions: {
          from: "*";
          to: "bots";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
    };
    Enums: {
      [_ in never]: never;
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, "__InternalSupabase">;

type DefaultSchema =
  DatabaseWithoutInternals[Extract<keyof Database, "public">];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof (
      & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]][
        "Tables"
      ]
      & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]][
        "Views"
      ]
    )
    : never = never,
> = DefaultSchemaTableNameOrOptions extends
  { schema: keyof DatabaseWithoutInternals } ? (
    & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]][
      "Tables"
    ]
    & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]][
      "Views"
    ]
  )[TableName] extends {
    Row: infer R;
  } ? R
  : never
  : DefaultSchemaTableNameOrOptions extends
    keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[
      DefaultSchemaTableNameOrOptions
    ] extends {
      Row: infer R;
    } ? R
    : never
  : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]][
      "Tables"
    ]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends
  { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]][
    "Tables"
  ][TableName] extends {
    Insert: infer I;
  } ? I
  : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Insert: infer I;
    } ? I
    : never
  : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]][
      "Tables"
    ]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends
  { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]][
    "Tables"
  ][TableName] extends {
    Update: infer U;
  } ? U
  : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Update: infer U;
    } ? U
    : never
  : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]][
      "Enums"
    ]
    : never = never,
> = DefaultSchemaEnumNameOrOptions extends
  { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][
    EnumName
  ]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
    ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
  : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[
      PublicCompositeTypeNameOrOptions["schema"]
    ]["CompositeTypes"]
    : never = never,
> = PublicCompositeTypeNameOrOptions extends
  { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]][
    "CompositeTypes"
  ][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends
    keyof DefaultSchema["CompositeTypes"]
    ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
  : never;

export const Constants = {
  "public": {
    Enums: {},
  },
} as const;

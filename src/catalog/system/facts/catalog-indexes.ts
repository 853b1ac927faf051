/**
 * Indexes of pg_catalog: name, OID, table, keys, operator classes; u for unique, p for
 * primary; the constraint of that kind.
 * Written by integration-tests/catalog/write-facts.ts.
 */
export const catalogIndexes = `
pg_default_acl_role_nsp_obj_index 827 826 2,3,4 1981,1981,10007 u 10200; pg_default_acl_oid_index
828 826 1 1981 p 10201; pg_tablespace_oid_index 2697 1213 1 1981 p 10171;
pg_tablespace_spcname_index 2698 1213 2 10028 u 10172; pg_shdepend_depender_index 1232 1214
1,2,3,4 1981,1981,1981,1978; pg_shdepend_reference_index 1233 1214 5,6 1981,1981;
pg_type_oid_index 2703 1247 1 1981 p 10117; pg_type_typname_nsp_index 2704 1247 2,3 10028,1981 u
10118; pg_attribute_relid_attnam_index 2658 1249 1,2 1981,10028 u 10119;
pg_attribute_relid_attnum_index 2659 1249 1,6 1981,1979 p 10120; pg_proc_oid_index 2690 1255 1
1981 p 10115; pg_proc_proname_args_nsp_index 2691 1255 2,20,3 10028,10032,1981 u 10116;
pg_class_oid_index 2662 1259 1 1981 p 10121; pg_class_relname_nsp_index 2663 1259 2,3 10028,1981 u
10122; pg_class_tblspc_relfilenode_index 3455 1259 9,8 1981,1981; pg_authid_rolname_index 2676
1260 2 10028 u 10173; pg_authid_oid_index 2677 1260 1 1981 p 10174;
pg_auth_members_role_member_index 2694 1261 1,2 1981,1981 p 10175;
pg_auth_members_member_role_index 2695 1261 2,1 1981,1981 u 10176; pg_database_datname_index 2671
1262 2 10028 u 10168; pg_database_oid_index 2672 1262 1 1981 p 10169; pg_foreign_server_oid_index
113 1417 1 1981 p 10191; pg_foreign_server_name_index 549 1417 2 10028 u 10192;
pg_user_mapping_oid_index 174 1418 1 1981 p 10193; pg_user_mapping_user_server_index 175 1418 2,3
1981,1981 u 10194; pg_sequence_seqrelid_index 5002 2224 1 1981 p 10214;
pg_foreign_data_wrapper_oid_index 112 2328 1 1981 p 10189; pg_foreign_data_wrapper_name_index 548
2328 2 10028 u 10190; pg_shdescription_o_c_index 2397 2396 1,2 1981,1981 p 10177;
pg_aggregate_fnoid_index 2650 2600 1 1981 p 10146; pg_am_name_index 2651 2601 2 10028 u 10135;
pg_am_oid_index 2652 2601 1 1981 p 10136; pg_amop_fam_strat_index 2653 2602 2,3,4,5
1981,1981,1981,1979 u 10137; pg_amop_opr_fam_index 2654 2602 7,6,2 1981,10007,1981 u 10138;
pg_amop_oid_index 2756 2602 1 1981 p 10139; pg_amproc_fam_proc_index 2655 2603 2,3,4,5
1981,1981,1981,1979 u 10140; pg_amproc_oid_index 2757 2603 1 1981 p 10141;
pg_attrdef_adrelid_adnum_index 2656 2604 2,3 1981,1979 u 10123; pg_attrdef_oid_index 2657 2604 1
1981 p 10124; pg_cast_oid_index 2660 2605 1 1981 p 10158; pg_cast_source_target_index 2661 2605
2,3 1981,1981 u 10159; pg_constraint_conparentid_index 2579 2606 11 1981;
pg_constraint_conname_nsp_index 2664 2606 2,3 10028,1981;
pg_constraint_conrelid_contypid_conname_index 2665 2606 8,9,2 1981,1981,10028 u 10125;
pg_constraint_contypid_index 2666 2606 9 1981; pg_constraint_oid_index 2667 2606 1 1981 p 10126;
pg_conversion_default_index 2668 2607 3,5,6,1 1981,1978,1978,1981 u 10165;
pg_conversion_name_nsp_index 2669 2607 2,3 10028,1981 u 10166; pg_conversion_oid_index 2670 2607 1
1981 p 10167; pg_depend_depender_index 2673 2608 1,2,3 1981,1981,1978; pg_depend_reference_index
2674 2608 4,5,6 1981,1981,1978; pg_description_o_c_o_index 2675 2609 1,2,3 1981,1981,1978 p 10157;
pg_index_indrelid_index 2678 2610 2 1981; pg_index_indexrelid_index 2679 2610 1 1981 p 10128;
pg_inherits_parent_index 2187 2611 2 1981; pg_inherits_relid_seqno_index 2680 2611 1,3 1981,1978 p
10127; pg_language_name_index 2681 2612 2 10028 u 10142; pg_language_oid_index 2682 2612 1 1981 p
10143; pg_largeobject_loid_pn_index 2683 2613 1,2 1981,1978 p 10145; pg_namespace_nspname_index
2684 2615 2 10028 u 10163; pg_namespace_oid_index 2685 2615 1 1981 p 10164;
pg_opclass_am_name_nsp_index 2686 2616 2,3,4 1981,10028,1981 u 10133; pg_opclass_oid_index 2687
2616 1 1981 p 10134; pg_operator_oid_index 2688 2617 1 1981 p 10129;
pg_operator_oprname_l_r_n_index 2689 2617 2,8,9,3 10028,1981,1981,1981 u 10130;
pg_rewrite_oid_index 2692 2618 1 1981 p 10151; pg_rewrite_rel_rulename_index 2693 2618 3,2
1981,10028 u 10152; pg_statistic_relid_att_inh_index 2696 2619 1,2,3 1981,1979,10003 p 10147;
pg_trigger_tgconstraint_index 2699 2620 11 1981; pg_trigger_tgrelid_tgname_index 2701 2620 2,4
1981,10028 u 10153; pg_trigger_oid_index 2702 2620 1 1981 p 10154; pg_opfamily_am_name_nsp_index
2754 2753 2,3,4 1981,10028,1981 u 10131; pg_opfamily_oid_index 2755 2753 1 1981 p 10132;
pg_db_role_setting_databaseid_rol_index 2965 2964 1,2 1981,1981 p 10170;
pg_largeobject_metadata_oid_index 2996 2995 1 1981 p 10144; pg_extension_oid_index 3080 3079 1
1981 p 10187; pg_extension_name_index 3081 3079 2 10028 u 10188; pg_foreign_table_relid_index 3119
3118 1 1981 p 10195; pg_policy_oid_index 3257 3256 1 1981 p 10196;
pg_policy_polrelid_polname_index 3258 3256 3,2 1981,10028 u 10197;
pg_partitioned_table_partrelid_index 3351 3350 1 1981 p 10209; pg_statistic_ext_relid_index 3379
3381 2 1981; pg_statistic_ext_oid_index 3380 3381 1 1981 p 10148; pg_statistic_ext_name_index 3997
3381 3,4 10028,1981 u 10149; pg_init_privs_o_c_o_index 3395 3394 1,2,3 1981,1981,1978 p 10202;
pg_statistic_ext_data_stxoid_inh_index 3433 3429 1,2 1981,10003 p 10150; pg_collation_oid_index
3085 3456 1 1981 p 10206; pg_collation_name_enc_nsp_index 3164 3456 2,7,3 10028,1978,1981 u 10205;
pg_event_trigger_evtname_index 3467 3466 2 10028 u 10155; pg_event_trigger_oid_index 3468 3466 1
1981 p 10156; pg_enum_oid_index 3502 3501 1 1981 p 10160; pg_enum_typid_label_index 3503 3501 2,4
1981,10028 u 10161; pg_enum_typid_sortorder_index 3534 3501 2,3 1981,10012 u 10162;
pg_range_rngmultitypid_index 2228 3541 3 1981 u 10211; pg_range_rngtypid_index 3542 3541 1 1981 p
10210; pg_transform_oid_index 3574 3576 1 1981 p 10212; pg_transform_type_lang_index 3575 3576 2,3
1981,1981 u 10213; pg_shseclabel_object_index 3593 3592 1,2,3 1981,1981,3126 p 10204;
pg_seclabel_object_index 3597 3596 1,2,3,4 1981,1981,1978,3126 p 10203; pg_ts_dict_dictname_index
3604 3600 2,3 10028,1981 u 10181; pg_ts_dict_oid_index 3605 3600 1 1981 p 10182;
pg_ts_parser_prsname_index 3606 3601 2,3 10028,1981 u 10183; pg_ts_parser_oid_index 3607 3601 1
1981 p 10184; pg_ts_config_cfgname_index 3608 3602 2,3 10028,1981 u 10178; pg_ts_config_oid_index
3712 3602 1 1981 p 10179; pg_ts_config_map_index 3609 3603 1,2,3 1981,1978,1978 p 10180;
pg_ts_template_tmplname_index 3766 3764 2,3 10028,1981 u 10185; pg_ts_template_oid_index 3767 3764
1 1981 p 10186; pg_replication_origin_roiident_index 6001 6000 1 1981 p 10198;
pg_replication_origin_roname_index 6002 6000 2 3126 u 10199; pg_subscription_oid_index 6114 6100 1
1981 p 10221; pg_subscription_subname_index 6115 6100 2,4 1981,10028 u 10222;
pg_subscription_rel_srrelid_srsubid_index 6117 6102 2,1 1981,1981 p 10223;
pg_publication_oid_index 6110 6104 1 1981 p 10215; pg_publication_pubname_index 6111 6104 2 10028
u 10216; pg_publication_rel_oid_index 6112 6106 1 1981 p 10219;
pg_publication_rel_prrelid_prpubid_index 6113 6106 3,2 1981,1981 u 10220;
pg_publication_rel_prpubid_index 6116 6106 2 1981; pg_publication_namespace_oid_index 6238 6237 1
1981 p 10217; pg_publication_namespace_pnnspid_pnpubid_index 6239 6237 3,2 1981,1981 u 10218;
pg_parameter_acl_parname_index 6246 6243 2 3126 u 10207; pg_parameter_acl_oid_index 6247 6243 1
1981 p 10208;
`;
